metadata name = 'Storage'
metadata description = 'Three accounts, so that each has the doors and the rights of its own purpose: where files land, the lake, and the host.'

import { accountOf, deadLetters, packages } from '../shared/naming.bicep'
import { landingRetentionDays } from '../shared/retention.bicep'
import { environmentType, tagsType } from '../shared/environment.bicep'

@description('Required. The environment, as its file describes it.')
param environment environmentType

@description('Required. Tags of the environment.')
param tags tagsType

@description('Required. Resource id of the log workspace.')
param logsResourceId string

@description('Optional. Azure region.')
param location string = resourceGroup().location

var deployment = environment.deployment
var isClosed = deployment.reach != 'public'
var landed = environment.landing.container
var control = environment.control.container
var records = environment.records.container

// A batch waits no longer for a release, as gold keeps the files of its versions no longer. Verdicts and reports hold keys of
// people, which are not to outlive their erasure for long.
var keptDays = 30

// Rows and files of a person who was erased can be had back no longer than this.
var erasableDays = 7

module landing 'account.bicep' = {
  params: {
    name: accountOf(environment.landing.account)
    location: location
    tags: tags
    isHierarchical: true
    redundancy: deployment.redundancy
    reach: isClosed ? 'network' : 'everybody'
    containers: [landed]
    retentions: concat(
      map(items(landingRetentionDays), each => {
        name: each.key
        prefix: '${landed}/${each.key}/'
        days: each.value
      }),
      // What lies in the folder of no dataset is read by nobody, and may name people all the same.
      [{ name: 'everything', prefix: '${landed}/', days: max(map(items(landingRetentionDays), each => each.value)) }]
    )
    undeleteDays: erasableDays
    // Whoever reads a landed file reads people as they are.
    blobLogCategories: ['StorageRead', 'StorageWrite', 'StorageDelete']
    isLocked: deployment.isLocked
    logsResourceId: logsResourceId
  }
}

module lake 'account.bicep' = {
  params: {
    name: accountOf(environment.control.account)
    location: location
    tags: tags
    isHierarchical: true
    redundancy: deployment.redundancy
    reach: isClosed ? 'network' : 'everybody'
    containers: [control, records, 'tables']
    // Neither checkpoints nor progress: streams go on from them, however old they are. Exclusions hold for ever.
    retentions: concat(
      // What was written aside and never renamed, because its writer was killed.
      [{ name: 'aside', prefix: '${control}/tmp/', days: 7 }],
      map(['backups', 'drain-requests', 'manifests', 'plans', 'verdicts'], folder => {
        name: folder
        prefix: '${control}/${folder}/'
        days: keptDays
      }),
      [{ name: 'reports', prefix: '${records}/reports/', days: keptDays }]
    )
    undeleteDays: erasableDays
    // The catalog logs who reads a table. Each commit of a table writes files, which nobody would look at.
    blobLogCategories: ['StorageDelete']
    isLocked: deployment.isLocked
    logsResourceId: logsResourceId
  }
}

module host 'account.bicep' = {
  params: {
    name: accountOf(environment.stateTable.account)
    location: location
    tags: tags
    isHierarchical: false
    redundancy: deployment.redundancy
    reach: isClosed ? 'trusted' : 'everybody'
    containers: [packages, deadLetters]
    retentions: [{ name: 'dead-letters', prefix: '${deadLetters}/', days: 30 }]
    undeleteDays: 14
    blobLogCategories: ['StorageDelete']
    isLocked: deployment.isLocked
    logsResourceId: logsResourceId
  }
}

@description('Resource id of the account that files land in.')
output landingResourceId string = landing.outputs.resourceId

@description('Resource id of the account of the lake.')
output lakeResourceId string = lake.outputs.resourceId

@description('Resource id of the account of the host.')
output hostResourceId string = host.outputs.resourceId

@description('Address of the blobs of the host.')
output hostBlobEndpoint string = host.outputs.blobEndpoint
