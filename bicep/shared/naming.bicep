metadata name = 'Naming'
metadata description = 'One way to name things: what it is, whose it is, where it is.'

import { environmentType, tagsType } from 'environment.bicep'

@export()
@description('Container of events that nobody took.')
var deadLetters = 'deadletters'

@export()
@description('Container that the code is deployed from.')
var packages = 'packages'

@export()
@description('End of every name: the prefix, and the name of the environment.')
func suffixOf(environment environmentType) string => '${environment.?prefix ?? 'medallion'}-${environment.name}'

@export()
@description('Name of a resource that has to be unique in its resource group only.')
func nameOf(kind string, suffix string) string => '${kind}-${suffix}'

@export()
@description('Name of a storage account, taken from its address.')
func accountOf(address string) string => split(replace(address, 'https://', ''), '.')[0]

@export()
@description('Tags of an environment.')
func tagsOf(environment environmentType) tagsType => {
  workload: environment.?prefix ?? 'medallion'
  environment: environment.name
  owner: environment.deployment.tags.owner
  costCenter: environment.deployment.tags.costCenter
  dataClassification: 'personal'
  managedBy: 'bicep'
}
