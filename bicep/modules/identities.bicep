metadata name = 'Identities'
metadata description = 'Who acts: the operator, the jobs, and the integration test if there is one. None of them has a secret.'

import { nameOf } from '../shared/naming.bicep'
import { tagsType } from '../shared/environment.bicep'

@description('Required. Name of the environment.')
param environmentName string

@description('Required. Whether an integration test runs here.')
param isTested bool

@description('Required. Tags of the environment.')
param tags tagsType

@description('Optional. Azure region.')
param location string = resourceGroup().location

resource operator 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: nameOf('id-operator', environmentName)
  location: location
  tags: tags
}

// The next two act inside the workspace alone: Azure knows them, and grants them nothing.
resource jobs 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: nameOf('id-jobs', environmentName)
  location: location
  tags: tags
}

resource tester 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = if (isTested) {
  name: nameOf('id-tester', environmentName)
  location: location
  tags: tags
}

@description('Resource id of the operator.')
output operatorResourceId string = operator.id

@description('Application id that the operator asks for tokens with.')
output operatorClientId string = operator.properties.clientId

@description('Application id that the jobs of the layers run as.')
output jobsClientId string = jobs.properties.clientId

@description('Application id that the integration test runs as. Empty if there is none.')
output testerClientId string = isTested ? tester!.properties.clientId : ''
