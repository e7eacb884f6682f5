metadata name = 'Account'
metadata description = 'A storage account without keys: an identity is the only way in.'

import { tagsType } from '../shared/environment.bicep'

@export()
@description('When files under a prefix are of no more use.')
type retentionType = {
  @description('Required. Name of the rule.')
  name: string

  @description('Required. Container and folder.')
  prefix: string

  @description('Required. Days after the last change until a file is deleted.')
  days: int
}

@description('Required. Name of the account.')
@minLength(3)
@maxLength(24)
param name string

@description('Required. Tags of the environment.')
param tags tagsType

@description('Required. Whether files lie in real folders, which can be renamed in one step.')
param isHierarchical bool

@description('Required. How often storage keeps a byte, and where.')
param redundancy 'Standard_LRS' | 'Standard_ZRS'

@description('Required. Who reaches the account: everybody who is known, trusted services besides the network, or the network alone.')
param reach 'everybody' | 'trusted' | 'network'

@description('Required. Names of the containers.')
param containers string[]

@description('Required. When files are of no more use. Never below a table: a table looks after its own files.')
param retentions retentionType[]

@description('Required. Days in which what was deleted can be had back. It is not erased before.')
@minValue(7)
@maxValue(14)
param undeleteDays int

@description('Required. Categories of the log of blobs.')
param blobLogCategories ('StorageRead' | 'StorageWrite' | 'StorageDelete')[]

@description('Required. Whether the account is locked against deletion.')
param isLocked bool

@description('Required. Resource id of the log workspace.')
param logsResourceId string

@description('Optional. Azure region.')
param location string = resourceGroup().location

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    allowedCopyScope: 'AAD'
    defaultToOAuthAuthentication: true
    encryption: {
      keySource: 'Microsoft.Storage'
      requireInfrastructureEncryption: true
      services: { blob: { enabled: true }, file: { enabled: true }, queue: { enabled: true }, table: { enabled: true } }
    }
    isHnsEnabled: isHierarchical
    isLocalUserEnabled: false
    isNfsV3Enabled: false
    isSftpEnabled: false
    minimumTlsVersion: 'TLS1_2'
    networkAcls: {
      // Event Grid puts away what it cannot deliver as a trusted service.
      bypass: 'AzureServices'
      defaultAction: reach == 'everybody' ? 'Allow' : 'Deny'
    }
    publicNetworkAccess: reach == 'network' ? 'Disabled' : 'Enabled'
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      containerDeleteRetentionPolicy: { enabled: true, days: undeleteDays }
      deleteRetentionPolicy: { enabled: true, days: undeleteDays }
    }

    resource each 'containers' = [
      for container in containers: {
        name: container
        properties: { publicAccess: 'None' }
      }
    ]
  }

  resource queues 'queueServices' = {
    name: 'default'
  }

  resource tables 'tableServices' = {
    name: 'default'
  }

  resource policy 'managementPolicies' = if (!empty(retentions)) {
    name: 'default'
    dependsOn: [blobs]
    properties: {
      policy: {
        rules: [
          for retention in retentions: {
            name: retention.name
            type: 'Lifecycle'
            enabled: true
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: [retention.prefix] }
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: retention.days } } }
            }
          }
        ]
      }
    }
  }
}

#disable-next-line use-recent-api-versions // No stable version knows log categories.
resource blobLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: account::blobs
  properties: {
    workspaceId: logsResourceId
    logs: map(blobLogCategories, category => { category: category, enabled: true })
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

#disable-next-line use-recent-api-versions // No stable version knows log categories.
resource queueLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: account::queues
  properties: {
    workspaceId: logsResourceId
    // The host deletes a message with each step of an orchestration; nobody reads that.
    logs: [{ category: 'StorageDelete', enabled: isHierarchical }]
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

#disable-next-line use-recent-api-versions // No stable version knows log categories.
resource tableLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: account::tables
  properties: {
    workspaceId: logsResourceId
    logs: [{ category: 'StorageDelete', enabled: true }]
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (isLocked) {
  name: 'keep'
  scope: account
  properties: {
    level: 'CanNotDelete'
    notes: 'Files, tables and the memory of runs cannot be made again.'
  }
}

@description('Resource id of the account.')
output resourceId string = account.id

@description('Name of the account.')
output name string = account.name

@description('Address of its blobs.')
output blobEndpoint string = account.properties.primaryEndpoints.blob
