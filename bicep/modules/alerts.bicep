metadata name = 'Alerts'
metadata description = 'What somebody has to look at. The rules follow from the list in medallion/alerts.ts.'

import { nameOf } from '../shared/naming.bicep'
import { tagsType } from '../shared/environment.bicep'

@description('Required. End of every name: the prefix, and the name of the environment.')
param suffix string

@description('Required. Tags of the environment.')
param tags tagsType

@description('Required. Resource id of the log workspace.')
param logsResourceId string

@description('Required. Resource ids of the groups that are told, of severity 1 to 3.')
param actionGroupResourceIds string[]

@description('Required. Resource id of the topic.')
param topicResourceId string

@description('Required. Names of the storage accounts.')
param accountNames string[]

@description('Required. Hours without a registered file after which somebody is told.')
param noDataHours int

@description('Required. Minutes between two sweeps of the landing zone.')
param sweepIntervalMinutes int

@description('Optional. Azure region.')
param location string = resourceGroup().location

var rules = loadJsonContent('../shared/alerts.json')

// A line of the app is one JSON object; the host writes lines of its own.
var sources = {
  app: 'AppTraces | where AppRoleName == "${nameOf('func', suffix)}" | extend line = parse_json(Message)'
  workspace: '_LogOperation'
}

// Azure counts over these spans and no others.
var spans = {
  threeSweeps: first(filter([15, 30, 45, 60, 120], minutes => minutes >= 3 * sweepIntervalMinutes))
  noData: 60 * noDataHours
}

func toDuration(minutes int) string => minutes % 60 == 0 ? 'PT${minutes / 60}H' : 'PT${minutes}M'

resource logRules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules.log: {
    name: nameOf('alert-${rule.name}', suffix)
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.name
      description: rule.description
      enabled: true
      severity: rule.severity
      scopes: [logsResourceId]
      evaluationFrequency: rule.minutes >= 60 || rule.span == 'noData' ? 'PT1H' : 'PT15M'
      windowSize: toDuration(rule.span == 'fixed' ? rule.minutes : spans[rule.span])
      autoMitigate: true
      // The tables are made by the first line that is written.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: '${sources[rule.source]} | where ${rule.filter}${empty(rule.by) ? '' : ' | extend subject = tostring(line.${rule.by})'}'
            timeAggregation: 'Count'
            operator: rule.isAbsence ? 'LessThan' : 'GreaterThan'
            threshold: rule.isAbsence ? 1 : 0
            dimensions: empty(rule.by) ? [] : [{ name: 'subject', operator: 'Include', values: ['*'] }]
          }
        ]
      }
      actions: { actionGroups: [actionGroupResourceIds[rule.severity - 1]] }
    }
  }
]

var topicTargets = [{ name: '', namespace: 'Microsoft.EventGrid/systemTopics', id: topicResourceId }]
var accountTargets = [
  for name in accountNames: {
    name: '-${name}'
    namespace: 'Microsoft.Storage/storageAccounts'
    id: resourceId('Microsoft.Storage/storageAccounts', name)
  }
]
var metricRules = flatten(map(
  rules.metric,
  rule => map(rule.source == 'topic' ? topicTargets : accountTargets, target => { rule: rule, target: target })
))

#disable-next-line use-recent-api-versions // The version that verified modules deploy; the newer one is months old.
resource metricAlerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for item in metricRules: {
    name: nameOf('alert-${item.rule.name}${item.target.name}', suffix)
    location: 'global'
    tags: tags
    properties: {
      description: item.rule.description
      enabled: true
      severity: item.rule.severity
      scopes: [item.target.id]
      evaluationFrequency: 'PT5M'
      windowSize: item.rule.windowSize
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: item.rule.metric
            criterionType: 'StaticThresholdCriterion'
            metricNamespace: item.target.namespace
            metricName: item.rule.metric
            operator: item.rule.operator
            threshold: item.rule.threshold
            timeAggregation: item.rule.aggregation
          }
        ]
      }
      actions: [{ actionGroupId: actionGroupResourceIds[item.rule.severity - 1] }]
    }
  }
]

resource activityAlerts 'Microsoft.Insights/activityLogAlerts@2020-10-01' = [
  for rule in rules.activity: {
    name: nameOf('alert-${rule.name}', suffix)
    location: 'global'
    tags: tags
    properties: {
      description: rule.description
      enabled: true
      scopes: [resourceGroup().id]
      condition: {
        allOf: [
          { field: 'category', equals: 'Administrative' }
          { field: 'status', equals: 'Succeeded' }
          { anyOf: map(split(rule.operations, ' '), operation => { field: 'operationName', equals: operation }) }
        ]
      }
      actions: { actionGroups: [{ actionGroupId: actionGroupResourceIds[rule.severity - 1] }] }
    }
  }
]
