import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getSuffix } from '../../environments/environment.ts';
import {
  bicep,
  copyOfTemplates,
  principals,
  type Resource,
  type Snapshot,
  snapshot,
  toParameter,
  whenThere,
} from './cli.ts';
import { at } from './compiled.ts';

const copy = copyOfTemplates();
afterAll(() => rmSync(copy, { recursive: true }));

interface EnvironmentFile {
  readonly deployment: Readonly<Record<string, unknown>>;
}

const id = (digit: number) => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;
const hub = '/subscriptions/s/resourceGroups/hub';
const owned = '/subscriptions/s/resourceGroups/platform/providers/Microsoft.Databricks/workspaces/shared';

/** An environment of another name and prefix, in a workspace that somebody else owns. */
beforeAll(() => {
  const base = JSON.parse(readFileSync(path.join(copy, 'environments/prod.json'), 'utf8')) as EnvironmentFile;
  const deployment = {
    ...base.deployment,
    workspace: { resourceId: owned },
    hubZones: { groupId: hub },
    people: { onDuty: id(1) },
    producers: [
      { name: 'gym', principalId: id(2), kind: 'ServicePrincipal', datasets: ['gym_logins', 'date_lookup'] },
      { name: 'watches', principalId: id(3), kind: 'Group', datasets: ['bpm_export'] },
    ],
    alerts: {
      email: 'duty@example.org',
      receivers: [{ name: 'channel', email: 'channel@example.org', severities: [1, 2] }],
      noDataHours: 24,
    },
    app: { instanceMemoryMB: 2048, maxInstances: 40, isZoneRedundant: true },
  };
  const environment = { ...base, name: 'sandbox-1', prefix: 'harbour', deployment };
  writeFileSync(path.join(copy, 'environments/sandbox-1.json'), JSON.stringify(environment));
});

/** The folders that the condition of an assignment allows. */
const listFolders = (resource: Resource): string[] =>
  [...String(at(resource, 'properties.condition')).matchAll(/blobs:path\] StringStartsWith '([^']+)'/g)].map(
    ([, folder = '']) => folder,
  );

describe.runIf(bicep)(`an environment of any name${whenThere}`, () => {
  let main: Snapshot;
  let grants: Snapshot;
  beforeAll(async () => {
    main = await snapshot(copy, 'main', 'sandbox-1');
    grants = await snapshot(copy, 'grants', 'sandbox-1');
  });

  it('has its prefix and name in everything that is named after it', () => {
    const suffix = getSuffix({ name: 'sandbox-1', prefix: 'harbour' });
    expect(suffix).toBe('harbour-sandbox-1');
    expect(main.resources.map(({ name }) => name)).toContain(`func-${suffix}`);
    expect(main.resources.filter(({ name }) => /-medallion-/.test(name))).toEqual([]);
    expect(main.resources.find(({ name }) => name === `func-${suffix}`)?.tags).toMatchObject({ workload: 'harbour' });
  });

  it('tells its receivers of the severities that they want, and the people on duty of all', () => {
    const groups = main.resources.filter(({ type }) => type === 'Microsoft.Insights/actionGroups');
    const receivers = groups.map(({ name, properties }) => ({
      name: name.slice(0, 13),
      addresses: (at(properties, 'emailReceivers') as { emailAddress: string }[]).map(
        ({ emailAddress }) => emailAddress,
      ),
    }));
    const both = ['duty@example.org', 'channel@example.org'];
    expect(receivers).toEqual([
      { name: 'ag-severity-1', addresses: both },
      { name: 'ag-severity-2', addresses: both },
      { name: 'ag-severity-3', addresses: ['duty@example.org'] },
    ]);
    const rule = main.resources.find(({ name }) => name.startsWith('alert-halted-'));
    expect(JSON.stringify(rule?.properties?.['actions'])).toContain('actionGroupResourceIds.value[0]');
  });

  it('makes no workspace where one is named, and leads its private addresses there', () => {
    expect(main.resources.filter(({ type }) => type === 'Microsoft.Databricks/workspaces')).toEqual([]);
    expect(JSON.stringify(main.resources)).toContain(owned);
  });

  it('uses the zones of the hub, beside which a second one would hide its names', () => {
    expect(main.resources.filter(({ type }) => type.startsWith('Microsoft.Network/privateDnsZones'))).toEqual([]);
    const zones = main.resources.filter(({ type }) => type.endsWith('/privateDnsZoneGroups'));
    expect(zones).toHaveLength(10);
    for (const zone of zones) expect(JSON.stringify(zone.properties)).toContain(hub);
  });

  it('lets each producer write into the folders of its datasets, and nowhere else', async () => {
    const assigned = grants.resources.filter((each) =>
      [id(2), id(3)].includes(String(at(each, 'properties.principalId'))),
    );
    expect(assigned).toHaveLength(2);
    for (const each of assigned) expect(each.id).toContain('/containers/landing/providers/');
    expect(assigned.map((each) => at(each, 'properties.principalType'))).toEqual(['ServicePrincipal', 'Group']);
    expect(assigned.map(listFolders)).toEqual([['gym_logins/', 'date_lookup/'], ['bpm_export/']]);
    const { resources } = await snapshot(copy, 'foundation', 'sandbox-1');
    const role = resources.find((each) => String(at(each, 'properties.roleName')).startsWith('Lands files'));
    const actions = at(role, 'properties.permissions.0.dataActions') as string[];
    // Whoever could move a file could take it into a folder of others, and the other actions delete.
    expect(actions.map((action) => action.split('/blobs/')[1])).toEqual(['read', 'write', 'add/action']);
    expect(at(role, 'properties.permissions.0.actions')).toEqual([]);
    for (const each of assigned) {
      expect(String(at(each, 'properties.roleDefinitionId'))).toContain(role?.name);
      for (const action of actions) expect(at(each, 'properties.condition')).toContain(`!(ActionMatches{'${action}'})`);
    }
  });

  it('names an assignment by its owner, so that an identity that was made anew gets one of its own', async () => {
    const others = { ...principals, operator: id(7), connector: id(8) };
    const anew = await snapshot(copy, 'grants', 'sandbox-1', toParameter(others));
    const kept = new Set(grants.resources.map(({ name }) => name));
    const owners = anew.resources
      .filter(({ name }) => !kept.has(name))
      .map((each) => at(each, 'properties.principalId'));
    expect(new Set(owners)).toEqual(new Set([id(7), id(8)]));
    expect(owners).toHaveLength(9);
  });

  it('lets who is on duty read logs and metrics', () => {
    const assigned = grants.resources.filter((each) => at(each, 'properties.principalId') === id(1));
    expect(assigned).toHaveLength(2);
  });

  it('has instances in zones if the file says so, whatever storage does', () => {
    const plan = main.resources.find(({ type }) => type === 'Microsoft.Web/serverfarms');
    expect(at(plan, 'properties.zoneRedundant')).toBe(true);
  });
});

describe.runIf(bicep)(`zones and agents${whenThere}`, () => {
  it.for([
    { environment: 'dev', delegations: 0 },
    { environment: 'prod', delegations: 1 },
  ])('are where they are asked for: $environment', async ({ delegations, environment }) => {
    const { resources } = await snapshot(copy, 'main', environment);
    expect(
      at(
        resources.find(({ type }) => type === 'Microsoft.Web/serverfarms'),
        'properties.zoneRedundant',
      ),
    ).toBe(false);
    const network = resources.find(({ type }) => type === 'Microsoft.Network/virtualNetworks');
    const agents = (at(network, 'properties.subnets') as { name: string }[]).find(({ name }) => name === 'agents');
    expect(at(agents, 'properties.delegations')).toHaveLength(delegations);
  });
});
