import { first, key, only, type Plant } from './plant.ts';

const hub = {
  networkId: '/subscriptions/s/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/vnet-hub',
  usesGateway: true,
};

export const machine: readonly Plant[] = [
  {
    title: 'an old Node',
    cure: 'install Node 24',
    plant: ({ state }) => Object.assign(state.versions, { node: '20.1.0' }),
  },
  {
    title: 'no Azure CLI',
    cure: 'install Azure CLI 2.76, then: az login',
    plant: ({ state }) => Object.assign(state.versions, { az: undefined }),
  },
  {
    title: 'an old Bicep',
    cure: 'az bicep install --version v0.49.2',
    plant: ({ state }) => Object.assign(state.versions, { bicep: '0.9.1' }),
  },
  {
    title: 'no Databricks CLI',
    cure: 'install the Databricks CLI 1.12.1',
    plant: ({ state }) => Object.assign(state.versions, { databricks: undefined }),
  },
  {
    title: 'a network that overlaps',
    cure: key('deployment.addressSpace'),
    change: () => ({ addressSpace: '10.22.0.0/22' }),
  },
  {
    title: 'a producer of a dataset that is not there',
    cure: key('deployment.producers'),
    change: ({ producers }) => ({ producers: producers.map((entry) => ({ ...entry, datasets: ['gym_login'] })) }),
  },
  {
    title: 'no readers',
    cure: key('deployment.people.reader'),
    change: ({ people }) => ({ people: { ...people, reader: undefined } }),
  },
  {
    title: 'nobody on duty',
    cure: key('deployment.people.onDuty'),
    change: ({ people }) => ({ people: { ...people, onDuty: undefined } }),
  },
  {
    title: 'alerts to nobody',
    cure: key('deployment.alerts.email'),
    change: () => ({ alerts: { email: 'a@example.com', noDataHours: 24 } }),
  },
];

export const azure: readonly Plant[] = [
  {
    title: 'a provider that is not registered',
    cure: only('foundation'),
    plant: ({ state }) => state.azure.delete('provider Microsoft.Web'),
  },
  {
    title: 'a region without the plan of the app',
    cure: key('deployment.location'),
    change: () => ({ location: 'moonbase' }),
  },
  {
    title: 'zones where there are none',
    cure: key('deployment.app.isZoneRedundant'),
    change: ({ app }) => ({ app: { ...app, isZoneRedundant: true } }),
  },
  {
    title: 'a name of an account that is taken',
    cure: key('landing.account'),
    plant: ({ state }) => state.azure.set('taken medallionlandingtest', true),
  },
  {
    title: 'another topic on the landing account',
    cure: 'az eventgrid system-topic delete --name other --resource-group GROUP, or ask who made it',
    plant: ({ state }) =>
      state.azure.set('topic other', {
        name: 'other',
        properties: { source: '/x/storageAccounts/medallionlandingtest' },
      }),
  },
  {
    title: 'an alert that is switched off',
    cure: only('infra'),
    plant: ({ state }) => Object.assign(first(state.azure, 'alert ').properties, { enabled: false }),
  },
  {
    title: 'a resource that somebody changed',
    cure: only('infra'),
    plant: ({ state }) => state.drift.set('main', [{ changeType: 'Modify', resourceId: '/x/nat' }]),
  },
  {
    title: 'a role that somebody took away',
    cure: only('grants'),
    plant: ({ state }) => state.drift.set('grants', [{ changeType: 'Create', resourceId: '/x/role' }]),
  },
  {
    title: 'a budget that somebody changed',
    cure: only('foundation'),
    plant: ({ state }) => state.drift.set('foundation', [{ changeType: 'Modify', resourceId: '/x/budget' }]),
  },
  {
    title: 'a standard workspace',
    cure: 'az databricks workspace update --ids /subscriptions/sub/resourceGroups/rg-medallion-test/providers/Microsoft.Databricks/workspaces/dbw-medallion-test --sku premium',
    plant: ({ state }) => Object.assign(first(state.azure, 'workspace '), { sku: { name: 'standard' } }),
  },
  {
    title: 'a workspace whose own storage is closed',
    cure: key('deployment.reach'),
    plant: ({ state }) =>
      Object.assign(first(state.azure, 'workspace ').properties, { defaultStorageFirewall: 'Enabled' }),
  },
  {
    title: 'a network that is not joined',
    cure: only('grants'),
    change: () => ({ peerings: [hub] }),
  },
  {
    title: 'a network that is joined by half',
    cure: "az network vnet peering create --name vnet-medallion-test --subscription s --resource-group hub --vnet-name vnet-hub --remote-vnet /subscriptions/sub/resourceGroups/rg-medallion-test/providers/Microsoft.Network/virtualNetworks/vnet-medallion-test --allow-vnet-access --allow-forwarded-traffic --allow-gateway-transit, by whoever owns 'vnet-hub'",
    change: () => ({ peerings: [hub] }),
    plant: ({ state }) =>
      state.azure.set('peering vnet-hub medallion-test', { properties: { peeringState: 'Initiated' } }),
  },
  {
    title: 'a gateway that is not used',
    cure: 'az network vnet peering update --resource-group rg-medallion-test --vnet-name vnet-medallion-test --name vnet-hub --set useRemoteGateways=true, by an owner of the subscription',
    change: () => ({ peerings: [hub] }),
    plant: ({ state }) =>
      state.azure.set('peering vnet-hub medallion-test', { properties: { peeringState: 'Connected' } }),
  },
  {
    title: 'a workspace of others that is not there',
    cure: key('deployment.workspace.resourceId'),
    change: () => ({
      workspace: { resourceId: '/subscriptions/sub/resourceGroups/x/providers/Microsoft.Databricks/workspaces/gone' },
    }),
  },
];
