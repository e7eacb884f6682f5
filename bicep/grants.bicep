metadata name = 'Grants'
metadata description = 'Who may do what in Azure, and whose networks are joined. An owner of the subscription deploys it: the pipeline can give nobody a right.'

import { accountOf, nameOf, suffixOf } from 'shared/naming.bicep'
import { inside } from 'shared/conditions.bicep'
import { ownRoleOf, principalsType, roles } from 'shared/roles.bicep'
import { environmentType } from 'shared/environment.bicep'

@description('Required. The environment, as its file describes it.')
param environment environmentType

@description('Required. Object ids of those who get a role.')
param principals principalsType

var suffix = suffixOf(environment)
var landingAccount = accountOf(environment.landing.account)
var deployment = environment.deployment
var lander = ownRoleOf(resourceGroup().id, 'lands files')

module access 'modules/access.bicep' = {
  params: {
    suffix: suffix
    principals: principals
    landingAccountName: landingAccount
    lakeAccountName: accountOf(environment.control.account)
    hostAccountName: accountOf(environment.stateTable.account)
    landingContainerName: environment.landing.container
    controlContainerName: environment.control.container
    recordsContainerName: environment.records.container
  }
}

resource landing 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: landingAccount

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource files 'containers' existing = { name: environment.landing.container }
  }
}

// Keys are switched off, so whoever lands files needs a right of its own. It reaches the folders of its datasets alone.
resource producers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for producer in deployment.producers: {
    name: guid(landing::blobs::files.id, producer.principalId, lander)
    scope: landing::blobs::files
    properties: {
      principalId: producer.principalId
      principalType: producer.kind
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', lander)
      condition: inside(producer.datasets)
      conditionVersion: '2.0'
    }
  }
]

// A contributor could still act as an identity of the group. What protects an environment is who may deploy to it: the checks
// on its connections.
resource deployers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in [
    { principal: principals.pipeline, role: roles.contributor }
    { principal: principals.pipeline, role: ownRoleOf(resourceGroup().id, 'sets locks') }
    { principal: principals.plan, role: ownRoleOf(resourceGroup().id, 'plans') }
  ]: {
    name: guid(resourceGroup().id, item.principal, item.role)
    properties: {
      principalId: item.principal
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', item.role)
    }
  }
]

// Who is on duty reads logs and metrics of the whole group, and changes nothing.
resource onDuty 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [roles.logAnalyticsReader, roles.monitoringReader]: if (deployment.people.?onDuty != null) {
    name: guid(resourceGroup().id, deployment.people.?onDuty ?? '', role)
    properties: {
      principalId: deployment.people.?onDuty ?? ''
      principalType: 'Group'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' existing = {
  name: nameOf('vnet', suffix)
}

// One half. Whoever owns the other network makes the other half, and then addresses are reached both ways.
resource peerings 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings@2025-05-01' = [
  for peering in deployment.?peerings ?? []: {
    parent: network
    name: last(split(peering.networkId, '/'))
    properties: {
      remoteVirtualNetwork: { id: peering.networkId }
      allowVirtualNetworkAccess: true
      allowForwardedTraffic: true
      allowGatewayTransit: false
      useRemoteGateways: peering.usesGateway
    }
  }
]
