metadata name = 'Topic'
metadata description = 'What storage tells of the landing zone. Who listens is said in the second stage, when there is somebody to listen.'

import { nameOf } from '../shared/naming.bicep'
import { tagsType } from '../shared/environment.bicep'

@description('Required. End of every name: the prefix, and the name of the environment.')
param suffix string

@description('Required. Tags of the environment.')
param tags tagsType

@description('Required. Resource id of the account that files land in.')
param landingResourceId string

@description('Required. Resource id of the log workspace.')
param logsResourceId string

@description('Optional. Azure region.')
param location string = resourceGroup().location

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: nameOf('evgt-landing', suffix)
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: landingResourceId
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

#disable-next-line use-recent-api-versions // No stable version knows log categories.
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: topic
  properties: {
    workspaceId: logsResourceId
    logs: [{ category: 'DeliveryFailures', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

@description('Resource id of the topic.')
output resourceId string = topic.id
