using './eventing.bicep'

param environment = loadJsonContent('../environments/test.json')
