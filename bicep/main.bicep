metadata name = 'Environment'
metadata description = 'Everything that one environment needs, but for whom the events go to: that is said when the code is there (eventing.bicep).'

import { accountOf, deadLetters, tagsOf } from 'shared/naming.bicep'
import { landingRetentionDays } from 'shared/retention.bicep'
import { environmentType } from 'shared/types.bicep'

@description('Required. The environment, as its file describes it.')
param environment environmentType

var deployment = environment.deployment
var location = deployment.location
var tags = tagsOf(environment)
var isPrivate = deployment.exposure == 'private'
var reach = isPrivate ? 'network' : 'everybody'

var landingAccount = accountOf(environment.landing.account)
var lakeAccount = accountOf(environment.control.account)
var hostAccount = accountOf(environment.registry.account)

var packages = 'packages'
var landed = environment.landing.container
var control = environment.control.container

module identities 'modules/identities.bicep' = {
  params: { environmentName: environment.name, location: location, tags: tags }
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

module landing 'modules/account.bicep' = {
  params: {
    name: landingAccount
    location: location
    tags: tags
    isHierarchical: true
    redundancy: deployment.redundancy
    reach: reach
    containers: [landed]
    retentions: map(items(landingRetentionDays), each => {
      name: each.key
      prefix: '${landed}/${each.key}/'
      days: each.value
    })
    isLocked: deployment.isLocked
    logsResourceId: monitoring.outputs.workspaceResourceId
  }
}

module lake 'modules/account.bicep' = {
  params: {
    name: lakeAccount
    location: location
    tags: tags
    isHierarchical: true
    redundancy: deployment.redundancy
    reach: reach
    containers: [control, 'tables']
    // What was written aside and never renamed, because its writer was killed.
    retentions: [{ name: 'aside', prefix: '${control}/tmp/', days: 7 }]
    isLocked: deployment.isLocked
    logsResourceId: monitoring.outputs.workspaceResourceId
  }
}

module host 'modules/account.bicep' = {
  params: {
    name: hostAccount
    location: location
    tags: tags
    isHierarchical: false
    redundancy: deployment.redundancy
    reach: isPrivate ? 'trusted' : 'everybody'
    containers: [packages, deadLetters]
    retentions: [{ name: 'dead-letters', prefix: '${deadLetters}/', days: 30 }]
    isLocked: deployment.isLocked
    logsResourceId: monitoring.outputs.workspaceResourceId
  }
}

module topic 'modules/topic.bicep' = {
  params: {
    environmentName: environment.name
    location: location
    tags: tags
    landingResourceId: landing.outputs.resourceId
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
  dependsOn: [identities, monitoring, landing, lake, host, topic, workspace]
  params: {
    environmentName: environment.name
    landingAccountName: landingAccount
    lakeAccountName: lakeAccount
    hostAccountName: hostAccount
    landingContainerName: landed
    controlContainerName: control
    deadLetterContainerName: deadLetters
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
    landingBlobEndpoint: landing.outputs.blobEndpoint
    hostBlobEndpoint: host.outputs.blobEndpoint
    hostQueueEndpoint: host.outputs.queueEndpoint
    hostTableEndpoint: host.outputs.tableEndpoint
    packagesContainerName: packages
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
      landing: landing.outputs.resourceId
      lake: lake.outputs.resourceId
      host: host.outputs.resourceId
      workspace: workspace.outputs.resourceId
      app: operator.outputs.resourceId
    }
  }
}

module alerts 'modules/alerts.bicep' = {
  dependsOn: [lake, host]
  params: {
    environmentName: environment.name
    location: location
    tags: tags
    logsResourceId: monitoring.outputs.workspaceResourceId
    actionGroupResourceId: monitoring.outputs.actionGroupResourceId
    topicResourceId: topic.outputs.resourceId
    accountNames: [landingAccount, lakeAccount, hostAccount]
    silenceHours: deployment.alerts.silenceHours
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

@description('Application id that the integration test runs as.')
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
