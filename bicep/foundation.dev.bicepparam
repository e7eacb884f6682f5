using './foundation.bicep'

param environment = loadJsonContent('../environments/dev.json')
