metadata name = 'Foundation'
metadata description = 'Once per environment, by a person who owns the subscription: the group, and a pipeline that may fill it and nothing else.'

targetScope = 'subscription'

import { nameOf, tagsOf } from 'shared/naming.bicep'
import { environmentType } from 'shared/environment.bicep'

@description('Required. The environment, as its file describes it.')
param environment environmentType

var tags = tagsOf(environment)

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: nameOf('rg', environment.name)
  location: environment.deployment.location
  tags: tags
}

// No built-in role sets locks without owning everything else. This one sets them and cannot take them away.
resource lockSetter 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(group.id, 'sets locks')
  properties: {
    roleName: 'Sets locks in ${group.name}'
    description: 'Locks resources against deletion, and cannot unlock them.'
    type: 'CustomRole'
    assignableScopes: [group.id]
    permissions: [
      {
        actions: ['Microsoft.Authorization/locks/read', 'Microsoft.Authorization/locks/write']
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
  }
}

module pipeline 'modules/pipeline.bicep' = {
  scope: group
  params: {
    environmentName: environment.name
    location: environment.deployment.location
    tags: tags
    issuer: environment.deployment.federatedCredential.issuer
    subject: environment.deployment.federatedCredential.subject
    lockSetterResourceId: lockSetter.id
  }
}

@description('Application id that the service connection signs in with.')
output pipelineClientId string = pipeline.outputs.clientId
