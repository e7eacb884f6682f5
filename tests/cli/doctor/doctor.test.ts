import { beforeAll, describe, expect, it } from 'vitest';
import { applySteps } from '../../../cli/deployment/engine.ts';
import { steps } from '../../../cli/deployment/steps/index.ts';
import { checks } from '../../../cli/doctor/checks/index.ts';
import { isOlder } from '../../../cli/doctor/checks/machine.ts';
import { formatReport, getExitCode, runChecks, selectChecks } from '../../../cli/doctor/run.ts';
import type { Environment } from '../../../environments/environment.ts';
import { createEnvironment, createTestContext, MemoryCloud } from '../deployment/memory-cloud/environment.ts';
import { plants } from './plants/index.ts';
import type { Plant } from './plants/plant.ts';

/** Alerts that reach somebody, so that nothing at all is wrong. */
function createWell(name: 'test' | 'prod' = 'test', change: Plant['change'] = () => ({})): Environment {
  const environment = createEnvironment(name);
  const { deployment } = environment;
  if (!deployment) throw new Error(`'${name}' is not deployed.`);
  const alerts = { ...deployment.alerts, email: 'duty@company.com' };
  return { ...environment, deployment: { ...deployment, alerts, ...change({ ...deployment, alerts }) } };
}

async function createDeployed(environment: Environment): Promise<MemoryCloud> {
  const cloud = new MemoryCloud();
  await applySteps(createTestContext(cloud, environment), steps);
  return cloud;
}

describe('doctor', () => {
  it.for(['test', 'prod'] as const)('finds nothing in %s as it was deployed, and writes nothing', async (name) => {
    const environment = createWell(name);
    const cloud = await createDeployed(environment);
    const before = cloud.written.length;
    const report = await runChecks(createTestContext(cloud, environment), checks);
    expect(report).toMatchObject({ problems: [], unknown: [] });
    expect(getExitCode(report)).toBe(0);
    expect(cloud.written).toHaveLength(before);
  });

  it('has a list of mistakes to be found', () => {
    expect(plants.length).toBeGreaterThanOrEqual(40);
    expect(new Set(plants.map(({ title }) => title)).size).toBe(plants.length);
  });

  it.for(plants)('finds $title, and says: $cure', async ({ change, cure, environment, plant }) => {
    const cloud = await createDeployed(createWell(environment));
    plant?.(cloud);
    const before = cloud.written.length;
    const report = await runChecks(createTestContext(cloud, createWell(environment, change)), checks);
    expect(report.problems.map((problem) => problem.cure)).toContain(cure);
    expect(getExitCode(report)).toBe(1);
    expect(cloud.written).toHaveLength(before);
  });
});

describe('a check', () => {
  it('that may not look is unknown, and never well', async () => {
    const cloud = await createDeployed(createWell());
    cloud.faults = { forbidden: /^graph / };
    const report = await runChecks(createTestContext(cloud, createWell()), selectChecks(checks, 'directory'));
    expect(report.unknown).toMatchObject([{ group: 'directory', check: 'directory' }]);
    expect(getExitCode(report)).toBe(2);
    expect(formatReport('test', report)).toContain("'test': 0 problems, 1 unknown, 0 well.");
  });

  it.for([
    { key: 'landing.container', share: (prod: Environment) => ({ landing: prod.landing }) },
    { key: 'stateTable.table', share: (prod: Environment) => ({ stateTable: prod.stateTable }) },
    {
      key: 'databricks.catalog',
      share: (prod: Environment, own: Environment) => ({
        databricks: { ...own.databricks, catalog: prod.databricks.catalog },
      }),
    },
  ])('finds that another environment has the same $key', async ({ key, share }) => {
    const own = createWell();
    const context = createTestContext(new MemoryCloud(), { ...own, ...share(createWell('prod'), own) });
    const { problems } = await runChecks(context, selectChecks(checks, 'machine'));
    expect(problems).toMatchObject([{ check: 'stores', cure: `set '${key}' in environments/test.json` }]);
    expect(problems[0]?.what).toContain("belongs to 'prod', too");
  });

  it('of an account that nobody named says how to name it', async () => {
    const cloud = await createDeployed(createWell());
    const context = { ...createTestContext(cloud, createWell()), databricksAccount: undefined };
    const report = await runChecks(context, selectChecks(checks, 'account'));
    expect(report.problems.map(({ cure }) => cure)).toEqual([
      "set 'deployment.databricksAccount' in environments/test.json",
    ]);
  });

  it('is chosen by its group', () => {
    expect(selectChecks(checks, 'machine').every(({ group }) => group === 'machine')).toBe(true);
    expect(() => selectChecks(checks, 'machines')).toThrow(
      "'machines' is no group of checks. Groups are: machine, azure,",
    );
  });
});

describe('the report', () => {
  let text: string;
  beforeAll(async () => {
    const cloud = await createDeployed(createWell());
    cloud.state.versions['node'] = '20.1.0';
    text = formatReport(
      'test',
      await runChecks(createTestContext(cloud, createWell()), selectChecks(checks, 'machine')),
    );
  });

  it('says of each problem what is wrong, why it matters, and what mends it', () => {
    expect(text).toBe(
      [
        '✗ machine: programs',
        "    what  'node' is 20.1.0, and has to be 24.0.0",
        '    why   a deployment calls them, and older ones know other words',
        '    cure  install Node 24',
        "'test': 1 problems, 0 unknown, 4 well.",
      ].join('\n'),
    );
  });
});

it.for([
  ['1.9.0', '1.12.0', true],
  ['1.12.1', '1.12.1', false],
  ['2.0.0', '1.12.1', false],
  ['0.9.1', '0.49.2', true],
] as const)('%s is older than %s: %s', ([version, other, expected]) => {
  expect(isOlder(version, other)).toBe(expected);
});
