metadata name = 'Foundation'
metadata description = 'Once per environment, by a person who owns the subscription: the group, its budget, and who deploys and plans.'

targetScope = 'subscription'

import { nameOf, suffixOf, tagsOf } from 'shared/naming.bicep'
import { environmentType } from 'shared/environment.bicep'
import { landing } from 'shared/conditions.bicep'
import { ownRoleOf } from 'shared/roles.bicep'

@description('Required. The environment, as its file describes it.')
param environment environmentType

@description('Required. First day of the first month of the budget.')
param budgetFrom string

var tags = tagsOf(environment)
var suffix = suffixOf(environment)

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: nameOf('rg', suffix)
  location: environment.deployment.location
  tags: tags
}

// No built-in role sets locks without owning everything else. This one sets them and cannot take them away.
resource lockSetter 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: ownRoleOf(group.id, 'sets locks')
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

// A plan is made before anybody approves, so whoever makes it can change nothing.
resource planner 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: ownRoleOf(group.id, 'plans')
  properties: {
    roleName: 'Plans in ${group.name}'
    description: 'Reads resources and asks what a deployment would change.'
    type: 'CustomRole'
    assignableScopes: [group.id]
    permissions: [
      {
        actions: ['*/read', 'Microsoft.Resources/deployments/whatIf/action']
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
  }
}

// The built-in role for writing files could also delete them, move them, and delete the container with all that landed.
resource lander 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: ownRoleOf(group.id, 'lands files')
  properties: {
    roleName: 'Lands files in ${group.name}'
    description: 'Writes files and reads them again. A condition says in which folders.'
    type: 'CustomRole'
    assignableScopes: [group.id]
    permissions: [{ actions: [], notActions: [], dataActions: landing, notDataActions: [] }]
  }
}

module pipeline 'modules/pipeline.bicep' = {
  scope: group
  params: {
    suffix: suffix
    location: environment.deployment.location
    tags: tags
  }
}

module budget 'modules/budget.bicep' = {
  params: {
    suffix: suffix
    monthly: environment.deployment.budget.monthly
    from: budgetFrom
    email: environment.deployment.alerts.email
  }
}
