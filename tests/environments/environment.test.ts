import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readContracts } from '../../cloud/project-files.ts';
import { readEnvironment } from '../../environments/environment.ts';
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
    const file = broken({ name: 'production', colour: 'red', landing: { account: 'dev', container: 'landing' } });
    expect(said(file)).toMatchInlineSnapshot(`
      "Environment file 'broken.json' cannot be used:
        - name: Invalid option: expected one of "local"|"dev"|"test"|"prod" (found "production")
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
    {
      title: 'a budget from the middle of a month',
      at: 'budget',
      value: { monthly: 1, from: '2026-12-02' },
      reason: 'first day',
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

  it.for([
    { verify: 'smoke', title: 'a tester where nothing is landed' },
    { verify: 'integration', title: 'an integration test without a tester' },
  ])('refuses $title', ({ verify }) => {
    const { deployment } = readEnvironment(inFolder(verify === 'smoke' ? 'dev.json' : 'prod.json'));
    const reason = "deployment.runAs.tester: goes with verify 'integration', and with no other";
    expect(said(broken({ deployment: { ...deployment, verify } }))).toContain(reason);
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
  it('is the schema that editors find, and the targets of the bundle', () => {
    const read = (file: string) => readFileSync(path.join(folder, '..', file), 'utf8');
    expect(read('environments/environment.schema.json')).toBe(environmentSchema());
    expect(read('databricks/targets.yml')).toBe(bundleTargets(folder));
    for (const file of files) expect(readEnvironment(inFolder(file)).$schema).toBe('./environment.schema.json');
  });
});
