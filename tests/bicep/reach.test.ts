import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bicep, copyOfTemplates, type Resource, snapshot, whenThere } from './cli.ts';
import { at, compiled, resourcesOf } from './compiled.ts';

const copy = copyOfTemplates();
afterAll(() => rmSync(copy, { recursive: true }));

const office = '198.51.100.0/24';
const hubGroup = '/subscriptions/s/resourceGroups/hub';
const hub = `${hubGroup}/providers/Microsoft.Network/virtualNetworks/vnet-hub`;
const changes = {
  office: { reach: 'ranges', ranges: [office], peerings: [{ networkId: hub, usesGateway: true }] },
  spoke: { hubZones: { groupId: hubGroup } },
};

beforeAll(() => {
  for (const [name, change] of Object.entries(changes)) {
    const prod = JSON.parse(readFileSync(path.join(copy, 'environments/prod.json'), 'utf8')) as { deployment: object };
    const environment = { ...prod, name, deployment: { ...prod.deployment, ...change } };
    writeFileSync(path.join(copy, `environments/${name}.json`), JSON.stringify(environment));
  }
});

const listResources = async (name: string): Promise<readonly Resource[]> =>
  name in changes
    ? (await snapshot(copy, 'main', name)).resources
    : resourcesOf(await compiled(), name as 'dev' | 'prod');

/** What decides who comes in, and by which names. */
function describeDoors(resources: readonly Resource[]) {
  const list = (type: string) => resources.filter((resource) => resource.type === `Microsoft.${type}`);
  const get = (type: string, place: string) => at(list(type)[0], `properties.${place}`);
  const listAllowed = (key: string) =>
    (get('Web/sites', `siteConfig.${key}`) as { ipAddress: string }[]).map(({ ipAddress }) => ipAddress);
  const isLanding = ({ name }: Resource) => name.startsWith('medallionlanding');
  return {
    landing: at(list('Storage/storageAccounts').find(isLanding), 'properties.publicNetworkAccess'),
    workspace: get('Databricks/workspaces', 'publicNetworkAccess'),
    workspaceStorage: get('Databricks/workspaces', 'defaultStorageFirewall'),
    app: [get('Web/sites', 'siteConfig.ipSecurityRestrictionsDefaultAction'), ...listAllowed('ipSecurityRestrictions')],
    package: [
      get('Web/sites', 'siteConfig.scmIpSecurityRestrictionsDefaultAction'),
      ...listAllowed('scmIpSecurityRestrictions'),
    ],
    endpoints: list('Network/privateEndpoints').length,
    zones: list('Network/privateDnsZones').length,
  };
}

describe.runIf(bicep)(`who reaches an environment${whenThere}`, () => {
  it.for([
    {
      name: 'dev',
      doors: { landing: 'Enabled', workspace: 'Enabled', workspaceStorage: 'Disabled', app: ['Allow'] },
      inside: { package: ['Allow'], endpoints: 0, zones: 0 },
    },
    {
      name: 'office',
      doors: {
        landing: 'Disabled',
        workspace: 'Enabled',
        workspaceStorage: 'Enabled',
        app: ['Deny', 'AzureEventGrid', office],
      },
      inside: { package: ['Deny', office], endpoints: 10, zones: 6 },
    },
    {
      name: 'prod',
      doors: {
        landing: 'Disabled',
        workspace: 'Disabled',
        workspaceStorage: 'Enabled',
        app: ['Deny', 'AzureEventGrid'],
      },
      inside: { package: ['Deny'], endpoints: 10, zones: 6 },
    },
    {
      name: 'spoke',
      doors: {
        landing: 'Disabled',
        workspace: 'Disabled',
        workspaceStorage: 'Enabled',
        app: ['Deny', 'AzureEventGrid'],
      },
      inside: { package: ['Deny'], endpoints: 10, zones: 0 },
    },
  ])('is as its file says: $name', async ({ doors, inside, name }) => {
    expect(describeDoors(await listResources(name))).toEqual({ ...doors, ...inside });
  });

  it('comes through a network that an owner joins, and the pipeline never', async () => {
    const { resources } = await snapshot(copy, 'grants', 'office');
    const peerings = resources.filter(({ type }) => type.endsWith('/virtualNetworkPeerings'));
    expect(peerings.map(({ name }) => name)).toEqual(['vnet-medallion-office/vnet-hub']);
    expect(peerings[0]?.properties).toMatchObject({
      remoteVirtualNetwork: { id: hub },
      useRemoteGateways: true,
      allowGatewayTransit: false,
    });
    const main = await listResources('office');
    expect(main.filter(({ type }) => type.endsWith('/virtualNetworkPeerings'))).toEqual([]);
  });
});
