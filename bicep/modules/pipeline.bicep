metadata name = 'Pipeline'
metadata description = 'Who deploys, and who plans. Neither has a secret, and neither can give a right to anybody.'

import { nameOf } from '../shared/naming.bicep'
import { tagsType } from '../shared/environment.bicep'

@description('Required. End of every name: the prefix, and the name of the environment.')
param suffix string

@description('Required. Tags of the environment.')
param tags tagsType

@description('Required. Resource id of the role that sets locks.')
param lockSetterResourceId string

@description('Required. Resource id of the role that plans.')
param plannerResourceId string

@description('Optional. Azure region.')
param location string = resourceGroup().location

var contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: nameOf('id-pipeline', suffix)
  location: location
  tags: tags
}

resource plan 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: nameOf('id-plan', suffix)
  location: location
  tags: tags
}

// A contributor could still act as an identity of the group. What protects an environment is who may deploy to it: the checks
// on its connections.
resource fills 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, identity.id, contributor)
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', contributor)
  }
}

resource locks 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, identity.id, lockSetterResourceId)
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: lockSetterResourceId
  }
}

resource plans 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, plan.id, plannerResourceId)
  properties: {
    principalId: plan.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: plannerResourceId
  }
}
