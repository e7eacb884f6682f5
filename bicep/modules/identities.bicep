metadata name = 'Identities'
metadata description = 'Who acts: the operator, the jobs, and the integration test if there is one. None of them has a secret.'

import { nameOf } from '../shared/naming.bicep'
import { tagsType } from '../shared/environment.bicep'

@description('Required. End of every name: the prefix, and the name of the environment.')
param suffix string

@description('Required. Whether an integration test runs here.')
param isTested bool

@description('Required. Tags of the environment.')
param tags tagsType

@description('Optional. Azure region.')
param location string = resourceGroup().location

resource operator 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: nameOf('id-operator', suffix)
  location: location
  tags: tags
}

// The platform deploys and reads the package of the app with it. The operator could change its own code otherwise.
resource packages 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: nameOf('id-packages', suffix)
  location: location
  tags: tags
}

// The next two act inside the workspace alone: Azure knows them, and grants them nothing.
resource jobs 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: nameOf('id-jobs', suffix)
  location: location
  tags: tags
}

resource tester 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = if (isTested) {
  name: nameOf('id-tester', suffix)
  location: location
  tags: tags
}

@description('Resource id of the operator.')
output operatorResourceId string = operator.id

@description('Resource id of the identity that packages are deployed and read with.')
output packagesResourceId string = packages.id
