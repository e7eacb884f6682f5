metadata name = 'Monitoring'
metadata description = 'Where logs go and who is told. Nobody writes or reads without an identity.'

import { nameOf } from '../shared/naming.bicep'
import { receiverType } from '../shared/receivers.bicep'
import { tagsType } from '../shared/environment.bicep'

@description('Required. End of every name: the prefix, and the name of the environment.')
param suffix string

@description('Required. Tags of the environment.')
param tags tagsType

@description('Required. Days that logs are kept.')
param retentionDays int

@description('Required. Gigabytes of logs that a day may bring; -1 sets no limit.')
param dailyGigabytes int

@description('Required. Address of the people on duty, who are told of everything.')
param email string

@description('Optional. Who else is told, and of which severities.')
param receivers receiverType[] = []

@description('Optional. Azure region.')
param location string = resourceGroup().location

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: nameOf('log', suffix)
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: dailyGigabytes }
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
  }
}

// What people did with data is kept apart: a day with many lines of the app must not end it.
resource audit 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: nameOf('log-audit', suffix)
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
  }
}

resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: nameOf('appi', suffix)
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
  }
}

var severities = [1, 2, 3]
var addresses = concat([{ name: 'on duty', email: email, severities: severities }], receivers)

resource groups 'Microsoft.Insights/actionGroups@2023-01-01' = [
  for severity in severities: {
    name: nameOf('ag-severity-${severity}', suffix)
    location: 'global'
    tags: tags
    properties: {
      enabled: true
      groupShortName: 'medallion${severity}'
      emailReceivers: map(
        filter(addresses, receiver => contains(receiver.severities, severity)),
        receiver => { name: receiver.name, emailAddress: receiver.email, useCommonAlertSchema: true }
      )
    }
  }
]

@description('Resource id of the log workspace.')
output workspaceResourceId string = workspace.id

@description('Resource id of the log workspace of who read, wrote and deleted.')
output auditResourceId string = audit.id

@description('Resource ids of the groups that alerts go to, of severity 1 to 3.')
output actionGroupResourceIds string[] = [for (severity, index) in severities: groups[index].id]
