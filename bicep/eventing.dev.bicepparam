using './eventing.bicep'

param environment = loadJsonContent('../environments/dev.json')
