using './foundation.bicep'

param environment = loadJsonContent('../environments/test.json')
