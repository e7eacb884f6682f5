metadata name = 'Access'
metadata description = 'Who may do what, and where. Every role that anybody has in Azure is given here.'

import { outside } from '../shared/conditions.bicep'
import { deadLetters, nameOf, packages } from '../shared/naming.bicep'
import { principalsType, roles } from '../shared/roles.bicep'

@description('Required. End of every name: the prefix, and the name of the environment.')
param suffix string

@description('Required. Object ids of those who get a role.')
param principals principalsType

@description('Required. Account that files land in.')
param landingAccountName string

@description('Required. Account of the lake.')
param lakeAccountName string

@description('Required. Account of the host.')
param hostAccountName string

@description('Required. Container that files land in.')
param landingContainerName string

@description('Required. Container of manifests, plans and verdicts.')
param controlContainerName string

@description('Required. Container of reports, progress and checkpoints.')
param recordsContainerName string

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: nameOf('appi', suffix)
}

resource landing 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: landingAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource files 'containers' existing = { name: landingContainerName }
  }
}

resource lake 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: lakeAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource control 'containers' existing = { name: controlContainerName }

    resource records 'containers' existing = { name: recordsContainerName }
  }
}

resource host 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: hostAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource lost 'containers' existing = { name: deadLetters }

    resource code 'containers' existing = { name: packages }
  }
}

// The name of an assignment says whose it is: an identity that is made anew has another id, and an assignment never changes
// its owner. The host keeps leases and orchestrations there, and the operator its state table. Its own code it cannot change.
resource operatorOnHost 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [roles.storageBlobDataOwner, roles.storageQueueDataContributor, roles.storageTableDataContributor]: {
    name: guid(host.id, principals.operator, role)
    scope: host
    properties: {
      principalId: principals.operator
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
      ...(role == roles.storageBlobDataOwner ? { condition: outside(packages), conditionVersion: '2.0' } : {})
    }
  }
]

// The platform writes packages and reads them with an identity that no code of ours asks for.
resource packagesOnCode 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(host::blobs::code.id, principals.packages, roles.storageBlobDataContributor)
  scope: host::blobs::code
  properties: {
    principalId: principals.packages
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.storageBlobDataContributor
    )
  }
}

// The operator reads properties and names of what has landed; nothing there is its to change.
resource operatorOnLanding 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(landing::blobs::files.id, principals.operator, roles.storageBlobDataReader)
  scope: landing::blobs::files
  properties: {
    principalId: principals.operator
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataReader)
  }
}

// Manifests are the operator's own; tables it never touches.
resource operatorOnControl 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(lake::blobs::control.id, principals.operator, roles.storageBlobDataContributor)
  scope: lake::blobs::control
  properties: {
    principalId: principals.operator
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.storageBlobDataContributor
    )
  }
}

// What jobs say of themselves the operator reads, and does not change.
resource operatorOnRecords 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(lake::blobs::records.id, principals.operator, roles.storageBlobDataReader)
  scope: lake::blobs::records
  properties: {
    principalId: principals.operator
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataReader)
  }
}

resource operatorOnComponent 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(component.id, principals.operator, roles.monitoringMetricsPublisher)
  scope: component
  properties: {
    principalId: principals.operator
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.monitoringMetricsPublisher
    )
  }
}

resource connectorOnLanding 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(landing.id, principals.connector, roles.storageBlobDataContributor)
  scope: landing
  properties: {
    principalId: principals.connector
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.storageBlobDataContributor
    )
  }
}

resource connectorOnLake 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(lake.id, principals.connector, roles.storageBlobDataContributor)
  scope: lake
  properties: {
    principalId: principals.connector
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.storageBlobDataContributor
    )
  }
}

resource topicOnDeadLetters 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(host::blobs::lost.id, principals.topic, roles.storageBlobDataContributor)
  scope: host::blobs::lost
  properties: {
    principalId: principals.topic
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.storageBlobDataContributor
    )
  }
}
