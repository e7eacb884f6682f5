metadata name = 'Endpoints'
metadata description = 'Private addresses of what the public network no longer reaches, and the names that lead to them.'

import { nameOf } from '../shared/naming.bicep'
import { tagsType } from '../shared/environment.bicep'

@description('Required. End of every name: the prefix, and the name of the environment.')
param suffix string

@description('Required. Tags of the environment.')
param tags tagsType

@description('Required. Resource id of the network.')
param networkResourceId string

@description('Required. Subnet of private endpoints.')
param subnetResourceId string

@description('Required. Resource group of the zones that a hub has already. Where it is empty, zones are made here.')
param hubZonesGroupId string

@description('Required. Resource ids of what the doors lead to.')
param targets {
  @description('Required. Account that files land in.')
  landing: string

  @description('Required. Account of the lake.')
  lake: string

  @description('Required. Account of the host.')
  host: string

  @description('Required. Workspace.')
  workspace: string

  @description('Required. App.')
  app: string
}

@description('Optional. Azure region.')
param location string = resourceGroup().location

@description('A door of a resource.')
type doorType = {
  @description('Required. Which of the targets.')
  target: 'landing' | 'lake' | 'host' | 'workspace' | 'app'

  @description('Required. Which part of it.')
  group: 'blob' | 'dfs' | 'queue' | 'table' | 'databricks_ui_api' | 'browser_authentication' | 'sites'
}

// A client of folders asks for blobs too, so an account with folders has both doors.
var doors doorType[] = [
  { target: 'landing', group: 'blob' }
  { target: 'landing', group: 'dfs' }
  { target: 'lake', group: 'blob' }
  { target: 'lake', group: 'dfs' }
  { target: 'host', group: 'blob' }
  { target: 'host', group: 'queue' }
  { target: 'host', group: 'table' }
  { target: 'workspace', group: 'databricks_ui_api' }
  { target: 'workspace', group: 'browser_authentication' }
  { target: 'app', group: 'sites' }
]
var doorNames = map(doors, door => '${door.target}-${replace(door.group, '_', '-')}')

// In the order in which the groups below count them.
var zoneNames = [
  'privatelink.blob.${environment().suffixes.storage}'
  'privatelink.dfs.${environment().suffixes.storage}'
  'privatelink.queue.${environment().suffixes.storage}'
  'privatelink.table.${environment().suffixes.storage}'
  'privatelink.azuredatabricks.net'
  'privatelink.azurewebsites.net'
]
var zoneOf = {
  blob: 0
  dfs: 1
  queue: 2
  table: 3
  databricks_ui_api: 4
  browser_authentication: 4
  sites: 5
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for name in zoneNames: if (empty(hubZonesGroupId)) {
    name: name
    location: 'global'
    tags: tags
  }
]

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (name, at) in zoneNames: if (empty(hubZonesGroupId)) {
    parent: zone[at]
    name: nameOf('link', suffix)
    location: 'global'
    tags: tags
    properties: { registrationEnabled: false, virtualNetwork: { id: networkResourceId } }
  }
]

// A hub serves all its networks from one zone of a name. A second one beside it would hide its names.
var zoneIds = [
  for name in zoneNames: empty(hubZonesGroupId)
    ? resourceId('Microsoft.Network/privateDnsZones', name)
    : '${hubZonesGroupId}/providers/Microsoft.Network/privateDnsZones/${name}'
]

var endpointNames = map(doorNames, door => nameOf('pe-${door}', suffix))

// One after the other: many changes of one subnet at once get in each other's way.
@batchSize(1)
resource endpoint 'Microsoft.Network/privateEndpoints@2025-05-01' = [
  for (door, at) in doors: {
    name: endpointNames[at]
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetResourceId }
      customNetworkInterfaceName: nameOf('nic-${doorNames[at]}', suffix)
      privateLinkServiceConnections: [
        {
          name: doorNames[at]
          properties: {
            #disable-next-line use-resource-id-functions // It is a parameter; the rule does not look into a list.
            privateLinkServiceId: targets[door.target]
            groupIds: [door.group]
          }
        }
      ]
    }
  }
]

resource names 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [
  for (door, at) in doors: {
    parent: endpoint[at]
    // They are referred to by name, which does not say that they come first.
    dependsOn: [zone]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: doorNames[at]
          properties: {
            #disable-next-line use-resource-id-functions // It is an id in either case; the rule does not look into a list.
            privateDnsZoneId: zoneIds[zoneOf[door.group]]
          }
        }
      ]
    }
  }
]
