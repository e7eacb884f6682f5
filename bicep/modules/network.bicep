metadata name = 'Network'
metadata description = 'A network with room for the app, for clusters, for private endpoints and for deployment agents.'

import { nameOf } from '../shared/naming.bicep'
import { tagsType } from '../shared/environment.bicep'

@description('Required. End of every name: the prefix, and the name of the environment.')
param suffix string

@description('Required. Tags of the environment.')
param tags tagsType

@description('Required. The /22 of the network.')
param addressSpace string

@description('Required. Whether deployment agents live in the network.')
param hasAgents bool

@description('Optional. Azure region.')
param location string = resourceGroup().location

@description('A rule of a security group.')
type ruleType = {
  @description('Required. Name of the rule.')
  name: string

  @description('Required. Which way.')
  direction: 'Inbound' | 'Outbound'

  @description('Required. Where to.')
  to: string

  @description('Required. To which port.')
  port: string

  @description('Required. Over which protocol.')
  protocol: '*' | 'Tcp'
}

// Databricks adds these rules to the group by itself. A template that does not name them would take them away each time.
var clusterRules ruleType[] = [
  { name: 'worker-to-worker-inbound', direction: 'Inbound', to: 'VirtualNetwork', port: '*', protocol: '*' }
  { name: 'worker-to-worker-outbound', direction: 'Outbound', to: 'VirtualNetwork', port: '*', protocol: '*' }
  { name: 'worker-to-databricks', direction: 'Outbound', to: 'AzureDatabricks', port: '443', protocol: 'Tcp' }
  { name: 'worker-to-sql', direction: 'Outbound', to: 'Sql', port: '3306', protocol: 'Tcp' }
  { name: 'worker-to-storage', direction: 'Outbound', to: 'Storage', port: '443', protocol: 'Tcp' }
  { name: 'worker-to-eventhub', direction: 'Outbound', to: 'EventHub', port: '9093', protocol: 'Tcp' }
]

resource clusterGroup 'Microsoft.Network/networkSecurityGroups@2025-05-01' = {
  name: nameOf('nsg-clusters', suffix)
  location: location
  tags: tags
  properties: {
    securityRules: [
      for (rule, at) in clusterRules: {
        name: 'Microsoft.Databricks-workspaces_UseOnly_databricks-${rule.name}'
        properties: {
          access: 'Allow'
          direction: rule.direction
          priority: 100 + at
          protocol: rule.protocol
          sourceAddressPrefix: 'VirtualNetwork'
          sourcePortRange: '*'
          destinationAddressPrefix: rule.to
          destinationPortRange: rule.port
        }
      }
    ]
  }
}

resource quietGroup 'Microsoft.Network/networkSecurityGroups@2025-05-01' = {
  name: nameOf('nsg', suffix)
  location: location
  tags: tags
}

// New subnets have no way out by themselves, and clusters have no public address.
resource address 'Microsoft.Network/publicIPAddresses@2025-05-01' = {
  name: nameOf('pip-nat', suffix)
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static', publicIPAddressVersion: 'IPv4' }
}

resource wayOut 'Microsoft.Network/natGateways@2025-05-01' = {
  name: nameOf('nat', suffix)
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { idleTimeoutInMinutes: 10, publicIpAddresses: [{ id: address.id }] }
}

var clusters = {
  networkSecurityGroup: { id: clusterGroup.id }
  natGateway: { id: wayOut.id }
  defaultOutboundAccess: false
  delegations: [{ name: 'databricks', properties: { serviceName: 'Microsoft.Databricks/workspaces' } }]
}

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: nameOf('vnet', suffix)
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressSpace] }
    subnets: [
      { name: 'cluster-hosts', properties: { addressPrefix: cidrSubnet(addressSpace, 24, 0), ...clusters } }
      { name: 'cluster-containers', properties: { addressPrefix: cidrSubnet(addressSpace, 24, 1), ...clusters } }
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressSpace, 26, 8)
          networkSecurityGroup: { id: quietGroup.id }
          natGateway: { id: wayOut.id }
          defaultOutboundAccess: false
          delegations: [{ name: 'functions', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressSpace, 26, 9)
          networkSecurityGroup: { id: quietGroup.id }
          defaultOutboundAccess: false
        }
      }
      {
        name: 'agents'
        properties: {
          addressPrefix: cidrSubnet(addressSpace, 26, 10)
          networkSecurityGroup: { id: quietGroup.id }
          natGateway: { id: wayOut.id }
          defaultOutboundAccess: false
          delegations: hasAgents
            ? [{ name: 'devops', properties: { serviceName: 'Microsoft.DevOpsInfrastructure/pools' } }]
            : []
        }
      }
    ]
  }

  resource hosts 'subnets' existing = { name: 'cluster-hosts' }
  resource containers 'subnets' existing = { name: 'cluster-containers' }
  resource app 'subnets' existing = { name: 'app' }
  resource endpoints 'subnets' existing = { name: 'endpoints' }
}

@description('Resource id of the network.')
output resourceId string = network.id

@description('Subnet of the nodes of clusters.')
output hostsSubnetName string = network::hosts.name

@description('Subnet of the containers on those nodes.')
output containersSubnetName string = network::containers.name

@description('Subnet through which the app reaches everything else.')
output appSubnetResourceId string = network::app.id

@description('Subnet of private endpoints.')
output endpointsSubnetResourceId string = network::endpoints.id
