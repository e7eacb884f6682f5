metadata name = 'Grants'
metadata description = 'Who may do what in Azure. An owner of the subscription deploys it: the pipeline can give nobody a right.'

import { accountOf, nameOf, suffixOf } from 'shared/naming.bicep'
import { roles } from 'shared/roles.bicep'
import { environmentType } from 'shared/environment.bicep'

@description('Required. The environment, as its file describes it.')
param environment environmentType

var suffix = suffixOf(environment)
var landingAccount = accountOf(environment.landing.account)
var deployment = environment.deployment

module access 'modules/access.bicep' = {
  params: {
    suffix: suffix
    landingAccountName: landingAccount
    lakeAccountName: accountOf(environment.control.account)
    hostAccountName: accountOf(environment.stateTable.account)
    landingContainerName: environment.landing.container
    controlContainerName: environment.control.container
    recordsContainerName: environment.records.container
  }
}

resource landing 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: landingAccount

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource files 'containers' existing = { name: environment.landing.container }
  }
}

// Keys are switched off, so whoever lands files needs a right of its own. It reaches this container and nothing else.
resource producers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for producer in deployment.producers: {
    name: guid(landing::blobs::files.id, producer.principalId, roles.storageBlobDataContributor)
    scope: landing::blobs::files
    properties: {
      principalId: producer.principalId
      principalType: producer.kind
      roleDefinitionId: subscriptionResourceId(
        'Microsoft.Authorization/roleDefinitions',
        roles.storageBlobDataContributor
      )
    }
  }
]

// Who is on duty reads logs and metrics of the whole group, and changes nothing.
resource onDuty 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [roles.logAnalyticsReader, roles.monitoringReader]: if (deployment.people.?onDuty != null) {
    name: guid(resourceGroup().id, nameOf('on-duty', suffix), role)
    properties: {
      principalId: deployment.people.?onDuty ?? ''
      principalType: 'Group'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]
