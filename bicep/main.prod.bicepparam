using './main.bicep'

param environment = loadJsonContent('../environments/prod.json')
