using './foundation.bicep'

param environment = loadJsonContent('../environments/prod.json')
