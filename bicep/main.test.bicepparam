using './main.bicep'

param environment = loadJsonContent('../environments/test.json')
