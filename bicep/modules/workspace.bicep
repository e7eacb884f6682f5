metadata name = 'Workspace'
metadata description = 'Where jobs run, and the connector through which they reach the lake.'

import { nameOf } from '../shared/naming.bicep'
import { tagsType } from '../shared/environment.bicep'

@description('Required. End of every name: the prefix, and the name of the environment.')
param suffix string

@description('Required. Tags of the environment.')
param tags tagsType

@description('Required. Whether the workspace is made here. Otherwise somebody else owns it.')
param isNew bool

@description('Required. Whether the workspace\'s own storage answers inside the network alone. Clusters reach Databricks by it, too.')
param isClosed bool

@description('Required. Whether the workspace answers inside the network alone.')
param isPrivate bool

@description('Required. Resource id of the network that clusters run in.')
param networkResourceId string

@description('Required. Subnet of the nodes of clusters.')
param hostsSubnetName string

@description('Required. Subnet of the containers on those nodes.')
param containersSubnetName string

@description('Required. How often the workspace\'s own storage keeps a byte, and where.')
param redundancy 'Standard_LRS' | 'Standard_ZRS'

@description('Required. Resource id of the log workspace.')
param logsResourceId string

@description('Optional. Azure region.')
param location string = resourceGroup().location

resource connector 'Microsoft.Databricks/accessConnectors@2026-01-01' = {
  name: nameOf('dbac', suffix)
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {}
}

resource workspace 'Microsoft.Databricks/workspaces@2026-01-01' = if (isNew) {
  name: nameOf('dbw', suffix)
  location: location
  tags: tags
  sku: { name: 'premium' }
  properties: {
    computeMode: 'Hybrid'
    // Databricks makes this group and keeps what it needs in it.
    managedResourceGroupId: subscriptionResourceId(
      'Microsoft.Resources/resourceGroups',
      nameOf('rg-databricks', suffix)
    )
    accessConnector: { id: connector.id, identityType: 'SystemAssigned' }
    defaultStorageFirewall: isClosed ? 'Enabled' : 'Disabled'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    requiredNsgRules: isClosed ? 'NoAzureDatabricksRules' : 'AllRules'
    parameters: {
      enableNoPublicIp: { value: true }
      customVirtualNetworkId: { value: networkResourceId }
      customPublicSubnetName: { value: hostsSubnetName }
      customPrivateSubnetName: { value: containersSubnetName }
      requireInfrastructureEncryption: { value: true }
      storageAccountSkuName: { value: redundancy }
    }
  }
}

#disable-next-line use-recent-api-versions // No stable version knows log categories.
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (isNew) {
  name: 'logs'
  scope: workspace
  properties: {
    workspaceId: logsResourceId
    logs: [
      for category in ['accounts', 'jobs', 'databrickssql', 'unityCatalog', 'workspace']: {
        category: category
        enabled: true
      }
    ]
  }
}

@description('Resource id of the workspace.')
output resourceId string = workspace.id
