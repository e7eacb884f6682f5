using './main.bicep'

param environment = loadJsonContent('../environments/dev.json')
