using './eventing.bicep'

param environment = loadJsonContent('../environments/prod.json')
