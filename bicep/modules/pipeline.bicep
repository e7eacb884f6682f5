metadata name = 'Pipeline'
metadata description = 'Who deploys, and who plans. Neither has a secret. Their roles are in grants.bicep.'

import { nameOf } from '../shared/naming.bicep'
import { tagsType } from '../shared/environment.bicep'

@description('Required. End of every name: the prefix, and the name of the environment.')
param suffix string

@description('Required. Tags of the environment.')
param tags tagsType

@description('Optional. Azure region.')
param location string = resourceGroup().location

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: nameOf('id-pipeline', suffix)
  location: location
  tags: tags
}

resource plan 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: nameOf('id-plan', suffix)
  location: location
  tags: tags
}
