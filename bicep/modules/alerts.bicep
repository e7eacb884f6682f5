metadata name = 'Alerts'
metadata description = 'What somebody has to look at: files that stopped, events that were lost, orchestrations that failed.'

import { nameOf } from '../shared/naming.bicep'
import { tagsType } from '../shared/environment.bicep'

@description('Required. End of every name: the prefix, and the name of the environment.')
param suffix string

@description('Required. Tags of the environment.')
param tags tagsType

@description('Required. Resource id of the log workspace.')
param logsResourceId string

@description('Required. Resource id of the group that is told.')
param actionGroupResourceId string

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

var traces = 'AppTraces | where AppRoleName == "${nameOf('func', suffix)}"'

// A line of the app is one JSON object. Its event names never change, so alerts wait for those; the host writes the rest.
var events = '${traces} | where Message startswith "{" | extend line = parse_json(Message)'

// Azure counts over these spans and no others.
var silentMinutes = first(filter([15, 30, 45, 60, 120], minutes => minutes >= 3 * sweepIntervalMinutes))

var findings = [
  {
    name: 'silent'
    says: 'No sweep has ended for ${silentMinutes} minutes: the app is down, its timer is dead, or its logs do not arrive.'
    query: '${events} | where line.event == "sweep.finished"'
    severity: 1
    windowSize: 'PT${silentMinutes}M'
    isSilence: true
  }
  {
    name: 'orchestration-failed'
    says: 'An orchestration has failed, or the pipeline cannot go on.'
    query: '${traces} | where (Properties.prop__functionType == "Orchestrator" and Properties.prop__state == "Failed") or (Message startswith "{" and parse_json(Message).event == "batch.retry_scheduled")'
    severity: 1
    windowSize: 'PT15M'
    isSilence: false
  }
  {
    name: 'run-stopped'
    says: 'A run was blocked or has failed, or a stream was halted: readers keep the last release until somebody looks.'
    query: '${events} | where (line.event == "run.ended" and line.outcome in ("blocked", "failed")) or line.event == "stream.halted"'
    severity: 2
    windowSize: 'PT15M'
    isSilence: false
  }
  {
    name: 'poison'
    says: 'An event failed again and again and was put away. The sweep registers its file; the reason has to be found.'
    query: '${traces} | where Message has "MaxDequeueCount" and Message has "poison"'
    severity: 2
    windowSize: 'PT15M'
    isSilence: false
  }
  {
    name: 'events-lost'
    says: 'Files were found that no event had told of. They are registered; the events have to be looked after.'
    query: '${events} | where line.event == "sweep.finished" and toint(line.missed) > 0'
    severity: 3
    windowSize: 'PT1H'
    isSilence: false
  }
  {
    name: 'no-data'
    says: 'No file has been registered for ${noDataHours} hours.'
    query: '${events} | where line.event == "file.registered"'
    severity: 2
    windowSize: 'PT${noDataHours}H'
    isSilence: true
  }
]

resource finding 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for each in findings: {
    name: nameOf('alert-${each.name}', suffix)
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: each.name
      description: each.says
      enabled: true
      severity: each.severity
      scopes: [logsResourceId]
      evaluationFrequency: each.name == 'no-data' ? 'PT1H' : 'PT15M'
      windowSize: each.windowSize
      autoMitigate: true
      // The tables are made by the first line that is written.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: each.query
            timeAggregation: 'Count'
            operator: each.isSilence ? 'LessThan' : 'GreaterThan'
            threshold: each.isSilence ? 1 : 0
          }
        ]
      }
      actions: { actionGroups: [actionGroupResourceId] }
    }
  }
]

var deliveries = [
  { name: 'event-not-published', metric: 'PublishFailCount', severity: 1 }
  { name: 'event-dead-letter', metric: 'DeadLetteredCount', severity: 2 }
]

#disable-next-line use-recent-api-versions // The version that verified modules deploy; the newer one is months old.
resource delivery 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for each in deliveries: {
    name: nameOf('alert-${each.name}', suffix)
    location: 'global'
    tags: tags
    properties: {
      description: 'Event Grid counts ${each.metric} for the landing zone.'
      enabled: true
      severity: each.severity
      scopes: [topicResourceId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT5M'
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: each.metric
            criterionType: 'StaticThresholdCriterion'
            metricNamespace: 'Microsoft.EventGrid/systemTopics'
            metricName: each.metric
            operator: 'GreaterThan'
            threshold: 0
            timeAggregation: 'Total'
          }
        ]
      }
      actions: [{ actionGroupId: actionGroupResourceId }]
    }
  }
]

#disable-next-line use-recent-api-versions // The version that verified modules deploy; the newer one is months old.
resource availability 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for name in accountNames: {
    name: nameOf('alert-${name}', suffix)
    location: 'global'
    tags: tags
    properties: {
      description: 'The storage account answers less than always.'
      enabled: true
      severity: 1
      scopes: [resourceId('Microsoft.Storage/storageAccounts', name)]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: 'Availability'
            criterionType: 'StaticThresholdCriterion'
            metricNamespace: 'Microsoft.Storage/storageAccounts'
            metricName: 'Availability'
            operator: 'LessThan'
            threshold: 99
            timeAggregation: 'Average'
          }
        ]
      }
      actions: [{ actionGroupId: actionGroupResourceId }]
    }
  }
]
