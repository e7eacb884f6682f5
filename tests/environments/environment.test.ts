import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readContracts } from '../../cloud/project-files.ts';
import { readEnvironment, requireWorkspace } from '../../environments/environment.ts';
import { listGrants } from '../../medallion/catalog/access.ts';
import { bundleTargets, environmentSchema } from '../../tools/generate/environments.ts';

const folder = path.join(import.meta.dirname, '../../environments');
const files = readdirSync(folder).filter((name) => /^[a-z]+\.json$/.test(name));
const inFolder = (file: string) => path.join(folder, file);
const said = (file: string) => {
  try {
    readEnvironment(file);
  } catch (error) {
    return (error as Error).message.replace(file, 'broken.json');
  }
  throw new Error(`'${file}' was not refused.`);
};
const broken = (change: object) => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'environment-')), 'broken.json');
  writeFileSync(file, JSON.stringify({ ...readEnvironment(path.join(folder, 'dev.json')), ...change }));
  return file;
};

describe('readEnvironment', () => {
  it.for(files)('reads %s, whose name is its own', (file) => {
    expect(`${readEnvironment(inFolder(file)).name}.json`).toBe(file);
  });

  it('says everything that is wrong with a file at once', () => {
    const file = broken({ name: 'Production', colour: 'red', landing: { account: 'dev', container: 'landing' } });
    expect(said(file)).toMatchInlineSnapshot(`
      "Environment file 'broken.json' cannot be used:
        - name: must have 2 to 12 small letters, digits or hyphens (found "Production")
        - landing.account: Invalid URL (found "dev")
        - top level: Unrecognized key: "colour"
      Every key is described in environments/README.md."
    `);
  });

  it('wants to know how a place in Azure is made, and says so beside everything else', () => {
    const file = broken({ deployment: undefined, control: { account: 'dev', container: 'control' } });
    expect(said(file)).toMatchInlineSnapshot(`
      "Environment file 'broken.json' cannot be used:
        - control.account: Invalid URL (found "dev")
        - deployment: is needed where the identity is managed (found nothing)
      Every key is described in environments/README.md."
    `);
  });

  it.for([
    { title: 'a network of the wrong size', at: 'addressSpace', value: '10.0.0.0/16', reason: 'must be a /22' },
    { title: 'a date that Azure decides', at: 'budget', value: { monthly: 1, from: '2026-12-02' }, reason: 'from' },
    {
      title: 'a workspace of somebody else that is none',
      at: 'workspace',
      value: { resourceId: '/subscriptions/s' },
      reason: 'must be the id of a workspace',
    },
    {
      title: 'a time that no clock shows',
      at: 'schedule',
      value: { sweepIntervalMinutes: 5, maintenanceAt: '24:00' },
      reason: 'time of day',
    },
  ])('refuses $title', ({ at, reason, value }) => {
    const { deployment } = readEnvironment(inFolder('dev.json'));
    expect(said(broken({ deployment: { ...deployment, [at]: value } }))).toContain(reason);
  });

  it('refuses streams where their clusters could not reach the storage of the workspace', () => {
    const { deployment } = readEnvironment(inFolder('prod.json'));
    const modes = { bronze: 'continuous', silver: 'triggered', gold: 'triggered' };
    for (const reach of [{ reach: 'private' }, { reach: 'ranges', ranges: ['198.51.100.0/24'] }])
      expect(said(broken({ deployment: { ...deployment, ...reach }, modes }))).toContain(
        'can only be triggered where reach is not public',
      );
  });

  const hub = '/subscriptions/s/resourceGroups/hub';
  const networkId = `${hub}/providers/Microsoft.Network/virtualNetworks/vnet-hub`;
  it.for([
    { reach: { reach: 'ranges' }, reason: 'deployment.ranges: is needed where reach is ranges' },
    { reach: { reach: 'private', ranges: ['198.51.100.0/24'] }, reason: 'ranges: is needed where reach is ranges' },
    { reach: { reach: 'ranges', ranges: ['0.0.0.0/0'] }, reason: 'must not be the whole internet' },
    { reach: { reach: 'public', hubZones: { groupId: hub } }, reason: 'hubZones: has no effect where reach is public' },
    { reach: { peerings: [{ networkId: hub, usesGateway: true }] }, reason: 'must be the id of a virtual network' },
    {
      reach: {
        peerings: [
          { networkId, usesGateway: true },
          { networkId: `${networkId}-2`, usesGateway: true },
        ],
      },
      reason: 'peerings: can use the gateway of one network only',
    },
  ])('refuses keys that do not go together: $reason', ({ reach, reason }) => {
    const { deployment } = readEnvironment(inFolder('prod.json'));
    expect(said(broken({ deployment: { ...deployment, ...reach } }))).toContain(reason);
  });

  it('takes what Azure decides from the settings of the app, since no file has it', () => {
    const file = inFolder('dev.json');
    expect(() => requireWorkspace(readEnvironment(file))).toThrow("The workspace of 'dev' is unknown.");
    const environment = readEnvironment(file, {
      MEDALLION_CLIENT_ID: '11111111-1111-4111-8111-111111111111',
      MEDALLION_WORKSPACE_URL: 'https://adb-1.2.azuredatabricks.net',
      MEDALLION_WAREHOUSE_ID: 'w1',
    });
    expect(environment.identity).toEqual({ kind: 'managed', clientId: '11111111-1111-4111-8111-111111111111' });
    expect(requireWorkspace(environment)).toEqual({ url: 'https://adb-1.2.azuredatabricks.net', warehouseId: 'w1' });
  });

  it.for(files)('%s has no id but those of people and producers', (file) => {
    const { deployment, ...rest } = readEnvironment(inFolder(file));
    const ids = JSON.stringify({ ...rest, deployment: { ...deployment, people: {}, producers: [] } });
    expect(ids).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}|adb-\d+/);
  });

  it('refuses to send the token of a managed identity anywhere but to a workspace of Azure', () => {
    const { databricks } = readEnvironment(inFolder('dev.json'));
    const elsewhere = { databricks: { ...databricks, workspaceUrl: 'https://adb-1.azuredatabricks.net.example.com' } };
    expect(said(broken(elsewhere))).toContain('is no workspace in azuredatabricks.net');
  });

  it('says what is wrong with a file that is not there', () => {
    expect(() => readEnvironment('nowhere.json')).toThrow("Environment file 'nowhere.json' cannot be read");
  });

  it('uses a managed identity everywhere but on one machine', () => {
    for (const file of files) {
      const { identity, name } = readEnvironment(inFolder(file));
      expect(identity.kind).toBe(name === 'local' ? 'local' : 'managed');
    }
  });
});

describe('the groups of the environments', () => {
  const environments = files.map((file) => readEnvironment(inFolder(file)));

  it('are of one environment alone: who joins a group of dev has no right in prod', () => {
    const names = environments.flatMap(({ databricks }) => Object.values(databricks.groups));
    expect(names).toHaveLength(5 * files.length);
    expect(new Set(names).size).toBe(names.length);
  });

  it('are all that grants of catalog and bundle name, beside identities', async () => {
    const contracts = await readContracts(path.join(folder, '..'), 'projects/fitness');
    const bundle = ['databricks.yml', 'resources/catalog.yml'].map((file) =>
      readFileSync(path.join(folder, '../databricks', file), 'utf8'),
    );
    const named = bundle.flatMap((text) => [...text.matchAll(/(?:principal|group_name): (\S+)/g)]);
    expect(named.length).toBeGreaterThan(5);
    for (const [, principal] of named) expect(principal).toMatch(/^\$\{var\.(\w+_group|tester)\}$/);
    for (const { databricks } of environments) {
      const granted = listGrants(contracts, databricks.groups).map(({ to }) => to);
      expect(Object.values(databricks.groups)).toEqual(expect.arrayContaining([...new Set(granted)]));
    }
  });

  it('are refused where two roles share one', () => {
    const { databricks } = readEnvironment(inFolder('dev.json'));
    const groups = { ...databricks.groups, jobs: databricks.groups.operators };
    expect(said(broken({ databricks: { ...databricks, groups } }))).toContain('a group of its own for each role');
  });
});

describe('what is derived from the environments', () => {
  it('names no identity and no workspace, which only Azure knows', () => {
    expect(bundleTargets(folder)).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}|adb-/);
  });

  it('is the schema that editors find, and the targets of the bundle', () => {
    const read = (file: string) => readFileSync(path.join(folder, '..', file), 'utf8');
    expect(read('environments/environment.schema.json')).toBe(environmentSchema());
    expect(read('databricks/targets.yml')).toBe(bundleTargets(folder));
    for (const file of files) expect(readEnvironment(inFolder(file)).$schema).toBe('./environment.schema.json');
  });
});
