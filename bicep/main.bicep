metadata name = 'Environment'
metadata description = 'Everything that one environment needs, but who may do what (grants.bicep), the settings of the app (settings.bicep) and whom events go to (eventing.bicep).'

import { accountOf, suffixOf, tagsOf } from 'shared/naming.bicep'
import { environmentType } from 'shared/environment.bicep'

@description('Required. The environment, as its file describes it.')
param environment environmentType

var deployment = environment.deployment
var suffix = suffixOf(environment)
var location = deployment.location
var tags = tagsOf(environment)
var isClosed = deployment.reach != 'public'

var landingAccount = accountOf(environment.landing.account)
var lakeAccount = accountOf(environment.control.account)
var hostAccount = accountOf(environment.stateTable.account)

module identities 'modules/identities.bicep' = {
  params: {
    suffix: suffix
    isTested: deployment.verify == 'integration'
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    suffix: suffix
    location: location
    tags: tags
    retentionDays: deployment.logs.retentionDays
    dailyGigabytes: deployment.logs.?dailyGigabytes ?? -1
    email: deployment.alerts.email
    receivers: deployment.alerts.?receivers ?? []
  }
}

module network 'modules/network.bicep' = {
  params: {
    suffix: suffix
    location: location
    tags: tags
    addressSpace: deployment.addressSpace
    hasAgents: isClosed
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    environment: environment
    location: location
    tags: tags
    logsResourceId: monitoring.outputs.auditResourceId
  }
}

module topic 'modules/topic.bicep' = {
  params: {
    suffix: suffix
    location: location
    tags: tags
    landingResourceId: storage.outputs.landingResourceId
    logsResourceId: monitoring.outputs.workspaceResourceId
  }
}

module workspace 'modules/workspace.bicep' = {
  params: {
    suffix: suffix
    location: location
    tags: tags
    isNew: deployment.?workspace == null
    isClosed: isClosed
    isPrivate: deployment.reach == 'private'
    networkResourceId: network.outputs.resourceId
    hostsSubnetName: network.outputs.hostsSubnetName
    containersSubnetName: network.outputs.containersSubnetName
    redundancy: deployment.redundancy
    logsResourceId: monitoring.outputs.auditResourceId
  }
}

module operator 'modules/operator.bicep' = {
  params: {
    suffix: suffix
    location: location
    tags: tags
    deployment: deployment
    identityResourceId: identities.outputs.operatorResourceId
    packagesIdentityResourceId: identities.outputs.packagesResourceId
    subnetResourceId: network.outputs.appSubnetResourceId
    hostBlobEndpoint: storage.outputs.hostBlobEndpoint
  }
}

module endpoints 'modules/endpoints.bicep' = if (isClosed) {
  params: {
    suffix: suffix
    location: location
    tags: tags
    networkResourceId: network.outputs.resourceId
    subnetResourceId: network.outputs.endpointsSubnetResourceId
    hubZonesGroupId: deployment.?hubZones.?groupId ?? ''
    targets: {
      landing: storage.outputs.landingResourceId
      lake: storage.outputs.lakeResourceId
      host: storage.outputs.hostResourceId
      workspace: deployment.?workspace.?resourceId ?? workspace.outputs.resourceId
      app: operator.outputs.resourceId
    }
  }
}

module workbook 'modules/workbook.bicep' = {
  params: {
    suffix: suffix
    location: location
    tags: tags
    logsResourceId: monitoring.outputs.workspaceResourceId
  }
}

module alerts 'modules/alerts.bicep' = {
  params: {
    suffix: suffix
    location: location
    tags: tags
    logsResourceId: monitoring.outputs.workspaceResourceId
    actionGroupResourceIds: monitoring.outputs.actionGroupResourceIds
    topicResourceId: topic.outputs.resourceId
    accountNames: [landingAccount, lakeAccount, hostAccount]
    noDataHours: deployment.alerts.noDataHours
    sweepIntervalMinutes: deployment.schedule.sweepIntervalMinutes
  }
}
