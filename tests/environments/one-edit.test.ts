import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJobs } from '../../emulators/databricks/jobs/bundle.ts';
import { type Environment, readEnvironment } from '../../environments/environment.ts';
import { bundleTargets } from '../../tools/generate/environments.ts';
import { bicep, copyOfTemplates, root, type Snapshot, snapshot, whenThere } from '../bicep/cli.ts';
import { at } from '../bicep/compiled.ts';

const copy = copyOfTemplates();
const file = path.join(copy, 'environments/dev.json');
afterAll(() => rmSync(copy, { recursive: true }));

/** One edit, and then only what `npm run generate` and a deployment do by themselves. */
beforeAll(() => {
  cpSync(path.join(root, 'databricks'), path.join(copy, 'databricks'), { recursive: true });
  const text = readFileSync(file, 'utf8')
    .replace('medallionlandingdev', 'harbourdev')
    .replaceAll('medallion_dev', 'harbour')
    .replace('"sweepIntervalMinutes": 5', '"sweepIntervalMinutes": 12')
    .replace('"maintenanceAt": "02:30"', '"maintenanceAt": "23:05"');
  writeFileSync(file, text);
  writeFileSync(path.join(copy, 'databricks/targets.yml'), bundleTargets(path.join(copy, 'environments')));
});

describe('a value that is changed in the file of an environment', () => {
  it('is what the app reads', () => {
    const environment: Environment = readEnvironment(file);

    expect(environment.landing.account).toBe('https://harbourdev.dfs.core.windows.net');
    expect(environment.databricks.catalog).toBe('harbour');
    expect(environment.deployment?.schedule).toEqual({ sweepIntervalMinutes: 12, maintenanceAt: '23:05' });
  });

  it('is what the bundle deploys', () => {
    const jobs = readJobs({ bundle: path.join(copy, 'databricks/databricks.yml'), target: 'dev', variables: {} });
    const toParameters = (name: string) =>
      Object.fromEntries(
        jobs.find((job) => job.name === name)?.parameters.map((each) => [each.name, each.default]) ?? [],
      );

    expect(toParameters('medallion-bronze')).toMatchObject({
      catalog: 'harbour',
      landing: '/Volumes/harbour/files/landing',
    });
    expect(toParameters('medallion-integration')).toMatchObject({ patience: '44' });
    expect(jobs.find((job) => job.name === 'medallion-maintenance')?.settings).toMatchObject({
      schedule: { quartz_cron_expression: '0 5 23 * * ?' },
    });
    expect(readFileSync(path.join(copy, 'databricks/targets.yml'), 'utf8')).toContain(
      'landing_url: abfss://landing@harbourdev.dfs.core.windows.net/',
    );
  });
});

describe.runIf(bicep)(`the same value in Azure${whenThere}`, () => {
  let changed: Snapshot;
  let settings: Snapshot;
  beforeAll(async () => {
    changed = await snapshot(copy, 'main', 'dev');
    settings = await snapshot(copy, 'settings', 'dev');
  });
  const named = (name: string) => changed.resources.find((resource) => resource.name === name);

  it('names the account that files land in, and everything about it', () => {
    expect(named('harbourdev')?.type).toBe('Microsoft.Storage/storageAccounts');
    expect(JSON.stringify(changed.resources)).not.toContain('medallionlandingdev');
    expect(named('alert-storage-unavailable-harbourdev-medallion-dev')).toBeDefined();
  });

  it('tells the app when to sweep', () => {
    const written = settings.resources.find(({ name }) => name === 'func-medallion-dev/appsettings');
    expect(at(written, 'properties.SWEEP_SCHEDULE')).toBe('0 */12 * * * *');
  });
});
