metadata name = 'Access'
metadata description = 'Who may do what, and where. Every role that anybody has in Azure is given here.'

import { deadLetters, nameOf } from '../shared/naming.bicep'
import { roles } from '../shared/roles.bicep'

@description('Required. End of every name: the prefix, and the name of the environment.')
param suffix string

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

// Everybody is looked up by name, so that a preview knows the name of each assignment before anything exists.
resource operator 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: nameOf('id-operator', suffix)
}

resource connector 'Microsoft.Databricks/accessConnectors@2026-01-01' existing = {
  name: nameOf('dbac', suffix)
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: nameOf('evgt-landing', suffix)
}

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
  }
}

// The host keeps its code, its leases and its orchestrations there, and the operator its registry.
resource operatorOnHost 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [roles.storageBlobDataOwner, roles.storageQueueDataContributor, roles.storageTableDataContributor]: {
    name: guid(host.id, operator.id, role)
    scope: host
    properties: {
      principalId: operator.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

// The operator reads properties and names of what has landed; nothing there is its to change.
resource operatorOnLanding 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(landing::blobs::files.id, operator.id, roles.storageBlobDataReader)
  scope: landing::blobs::files
  properties: {
    principalId: operator.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataReader)
  }
}

// Manifests are the operator's own; tables it never touches.
resource operatorOnControl 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(lake::blobs::control.id, operator.id, roles.storageBlobDataContributor)
  scope: lake::blobs::control
  properties: {
    principalId: operator.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.storageBlobDataContributor
    )
  }
}

// What jobs say of themselves the operator reads, and does not change.
resource operatorOnRecords 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(lake::blobs::records.id, operator.id, roles.storageBlobDataReader)
  scope: lake::blobs::records
  properties: {
    principalId: operator.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataReader)
  }
}

resource operatorOnComponent 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(component.id, operator.id, roles.monitoringMetricsPublisher)
  scope: component
  properties: {
    principalId: operator.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.monitoringMetricsPublisher
    )
  }
}

resource connectorOnLanding 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(landing.id, connector.id, roles.storageBlobDataContributor)
  scope: landing
  properties: {
    principalId: connector.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.storageBlobDataContributor
    )
  }
}

resource connectorOnLake 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(lake.id, connector.id, roles.storageBlobDataContributor)
  scope: lake
  properties: {
    principalId: connector.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.storageBlobDataContributor
    )
  }
}

resource topicOnDeadLetters 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(host::blobs::lost.id, topic.id, roles.storageBlobDataContributor)
  scope: host::blobs::lost
  properties: {
    principalId: topic.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.storageBlobDataContributor
    )
  }
}
