metadata name = 'Pipeline'
metadata description = 'Who deploys: an identity that Azure DevOps acts as without a secret, with rights in this group alone.'

import { nameOf } from '../shared/naming.bicep'
import { roles } from '../shared/roles.bicep'
import { tagsType } from '../shared/environment.bicep'

@description('Required. Name of the environment.')
param environmentName string

@description('Required. Tags of the environment.')
param tags tagsType

@description('Required. Issuer of the service connection.')
param issuer string

@description('Required. Subject of the service connection.')
param subject string

@description('Required. Resource id of the role that sets locks.')
param lockSetterResourceId string

@description('Optional. Azure region.')
param location string = resourceGroup().location

var contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c'
var accessAdministrator = 'f58310d9-a9f6-439a-9e8d-f62e7b41a168'
var assignable = join(map(items(roles), role => role.value), ', ')

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: nameOf('id-pipeline', environmentName)
  location: location
  tags: tags

  resource connection 'federatedIdentityCredentials' = {
    name: 'azure-devops'
    properties: { issuer: issuer, subject: subject, audiences: ['api://AzureADTokenExchange'] }
  }
}

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

// It may give and take away the roles that the templates assign, and no others, so it cannot raise itself.
resource grants 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, identity.id, accessAdministrator)
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', accessAdministrator)
    conditionVersion: '2.0'
    condition: '((!(ActionMatches{\'Microsoft.Authorization/roleAssignments/write\'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${assignable}})) AND ((!(ActionMatches{\'Microsoft.Authorization/roleAssignments/delete\'})) OR (@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${assignable}}))'
  }
}

@description('Application id that the service connection signs in with.')
output clientId string = identity.properties.clientId
