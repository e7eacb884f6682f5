metadata name = 'Environment'
metadata description = 'Everything that one environment needs, but for whom the events go to: that is said when the code is there (eventing.bicep).'

import { accountOf, tagsOf } from 'shared/naming.bicep'
import { environmentType } from 'shared/environment.bicep'

@description('Required. The environment, as its file describes it.')
param environment environmentType

var deployment = environment.deployment
var location = deployment.location
var tags = tagsOf(environment)
var isPrivate = deployment.networkAccess == 'private'

var landingAccount = accountOf(environment.landing.account)
var lakeAccount = accountOf(environment.control.account)
var hostAccount = accountOf(environment.stateTable.account)

module identities 'modules/identities.bicep' = {
  params: {
    environmentName: environment.name
    isTested: deployment.verify == 'integration'
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    environmentName: environment.name
    location: location
    tags: tags
    retentionDays: deployment.logs.retentionDays
    dailyGigabytes: deployment.logs.?dailyGigabytes ?? -1
    email: deployment.alerts.email
  }
}

module network 'modules/network.bicep' = {
  params: {
    environmentName: environment.name
    location: location
    tags: tags
    addressSpace: deployment.addressSpace
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    environment: environment
    location: location
    tags: tags
    logsResourceId: monitoring.outputs.workspaceResourceId
  }
}

module topic 'modules/topic.bicep' = {
  params: {
    environmentName: environment.name
    location: location
    tags: tags
    landingResourceId: storage.outputs.landingResourceId
    logsResourceId: monitoring.outputs.workspaceResourceId
  }
}

module workspace 'modules/workspace.bicep' = {
  params: {
    environmentName: environment.name
    location: location
    tags: tags
    isPrivate: isPrivate
    networkResourceId: network.outputs.resourceId
    hostsSubnetName: network.outputs.hostsSubnetName
    containersSubnetName: network.outputs.containersSubnetName
    redundancy: deployment.redundancy
    logsResourceId: monitoring.outputs.workspaceResourceId
  }
}

module access 'modules/access.bicep' = {
  // They are looked up by name there.
  dependsOn: [identities, monitoring, storage, topic, workspace]
  params: {
    environmentName: environment.name
    landingAccountName: landingAccount
    lakeAccountName: lakeAccount
    hostAccountName: hostAccount
    landingContainerName: environment.landing.container
    controlContainerName: environment.control.container
    recordsContainerName: environment.records.container
  }
}

module operator 'modules/operator.bicep' = {
  // The app pulls its package with the operator's identity as soon as it exists.
  dependsOn: [access]
  params: {
    environmentName: environment.name
    location: location
    tags: tags
    deployment: deployment
    identityResourceId: identities.outputs.operatorResourceId
    identityClientId: identities.outputs.operatorClientId
    subnetResourceId: network.outputs.appSubnetResourceId
    endpoints: storage.outputs.endpoints
    componentConnection: monitoring.outputs.componentConnection
  }
}

module endpoints 'modules/endpoints.bicep' = if (isPrivate) {
  params: {
    environmentName: environment.name
    location: location
    tags: tags
    networkResourceId: network.outputs.resourceId
    subnetResourceId: network.outputs.endpointsSubnetResourceId
    targets: {
      landing: storage.outputs.landingResourceId
      lake: storage.outputs.lakeResourceId
      host: storage.outputs.hostResourceId
      workspace: workspace.outputs.resourceId
      app: operator.outputs.resourceId
    }
  }
}

module alerts 'modules/alerts.bicep' = {
  params: {
    environmentName: environment.name
    location: location
    tags: tags
    logsResourceId: monitoring.outputs.workspaceResourceId
    actionGroupResourceId: monitoring.outputs.actionGroupResourceId
    topicResourceId: topic.outputs.resourceId
    accountNames: [landingAccount, lakeAccount, hostAccount]
    noDataHours: deployment.alerts.noDataHours
  }
}

module budget 'modules/budget.bicep' = {
  params: {
    environmentName: environment.name
    monthly: deployment.budget.monthly
    from: deployment.budget.from
    actionGroupResourceId: monitoring.outputs.actionGroupResourceId
  }
}

@description('Application id of the operator.')
output operatorClientId string = identities.outputs.operatorClientId

@description('Application id that the jobs of the layers run as.')
output jobsClientId string = identities.outputs.jobsClientId

@description('Application id that the integration test runs as. Empty if there is none.')
output testerClientId string = identities.outputs.testerClientId

@description('Host name of the workspace.')
output workspaceUrl string = workspace.outputs.url

@description('Resource id of the workspace, by which the pipeline signs in.')
output workspaceResourceId string = workspace.outputs.resourceId

@description('Resource id of the connector, which the storage credential names.')
output connectorResourceId string = workspace.outputs.connectorResourceId

@description('Name of the app.')
output appName string = operator.outputs.name

@description('Host name of the app.')
output appHostName string = operator.outputs.hostName
