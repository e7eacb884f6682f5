import { describe, expect, it } from 'vitest';
import { createDestroySteps } from '../../../cli/deployment/destroy.ts';
import { applySteps, planSteps, selectSteps } from '../../../cli/deployment/engine.ts';
import { formatPlan, isHarmless } from '../../../cli/deployment/plan.ts';
import { steps } from '../../../cli/deployment/steps/index.ts';
import { KilledError } from './memory-cloud/cloud.ts';
import { createEnvironment, createTestContext, MemoryCloud } from './memory-cloud/environment.ts';

async function deploy(cloud: MemoryCloud, options: Parameters<typeof createTestContext>[2] = {}): Promise<number> {
  return applySteps(createTestContext(cloud, createEnvironment(), options), steps);
}

async function createDeployed(): Promise<MemoryCloud> {
  const cloud = new MemoryCloud();
  await deploy(cloud);
  return cloud;
}

/** Everything that services keep, without the ids that they chose in some order. */
function describeState({ state }: MemoryCloud): string[] {
  const stores = [state.azure, state.graph, state.databricks, state.account, state.delivery];
  const withoutIds = (text: string) =>
    text
      .replaceAll(/-\d+|"(job_id|id|looks|start_time)":"?\d+"?|(check|job|environment) \d+/g, '$1#')
      .replace(/"timestamp":"[^"]*"/, '');
  return stores
    .flatMap((store) => [...store].map(([key, thing]) => withoutIds(`${key} ${JSON.stringify(thing)}`)))
    .sort();
}

describe('deploy', () => {
  it('leads from an empty subscription to a verified environment', async () => {
    const cloud = await createDeployed();
    expect(cloud.state.order).toEqual([
      'foundation',
      'main',
      'grants',
      'jobs',
      'tables',
      'settings',
      'code',
      'settings',
      'eventing',
      'integration',
    ]);
    expect(cloud.state.app.settings).toMatchObject({ MEDALLION_RELEASE: 'r1' });
  });

  it('writes nothing the second time', async () => {
    const cloud = await createDeployed();
    const before = cloud.written.length;
    expect(await deploy(cloud)).toBe(0);
    expect(cloud.written.slice(before)).toEqual([]);
  });

  it('holds the pipeline, and brings tables before jobs and jobs before code, in a later release', async () => {
    const cloud = await createDeployed();
    cloud.state.order.length = 0;
    cloud.state.release = { wheel: 'medallion_engine-0.1.0+gdef-py3-none-any.whl', record: 'two' };
    cloud.state.tables.changes.push({ on: 'gold.gym_summary', what: 'add a column', isDestructive: false });
    await deploy(cloud, { release: 'r2' });
    expect(cloud.state.order).toEqual(['hold', 'tables', 'jobs', 'code', 'settings', 'resume', 'integration']);
    expect(cloud.state.app.status.pipelineState).toBeUndefined();
  });

  it('keeps the month in which a budget began', async () => {
    const cloud = await createDeployed();
    cloud.today = new Date('2027-03-01T00:00:00Z');
    expect(await deploy(cloud)).toBe(0);
    cloud.state.drift.set('foundation', [{ changeType: 'Modify', resourceId: 'x' }]);
    await deploy(cloud);
    expect(JSON.stringify([...cloud.state.azure])).toContain('2026-11-01T00:00:00Z');
  });

  it('lets what a person has paused stay so', async () => {
    const cloud = await createDeployed();
    cloud.state.app.status.pipelineState = { state: 'paused', reason: 'Costs.' };
    expect(await deploy(cloud)).toBe(0);
    expect(cloud.state.app.status.pipelineState).toEqual({ state: 'paused', reason: 'Costs.' });
  });
});

describe('a deployment that is killed', () => {
  it.for(['before', 'after'] as const)('%s any of its writes ends the same when it is run again', async (when) => {
    const whole = await createDeployed();
    const wanted = describeState(whole);
    expect(whole.written.length).toBeGreaterThan(60);
    for (let killAt = 1; killAt <= whole.written.length; killAt += 1) {
      const cloud = new MemoryCloud();
      cloud.faults = { killAt, when };
      await expect(deploy(cloud), `write ${killAt}`).rejects.toThrow(KilledError);
      cloud.faults = {};
      await deploy(cloud);
      expect(describeState(cloud), `killed ${when} '${whole.written[killAt - 1]}'`).toEqual(wanted);
    }
  });

  it('in a later release leaves nothing paused when it is run again', async () => {
    const later = async (cloud: MemoryCloud) => {
      cloud.state.release = { wheel: 'medallion_engine-0.1.0+gdef-py3-none-any.whl', record: 'two' };
      await deploy(cloud, { release: 'r2' });
    };
    const whole = await createDeployed();
    const before = whole.written.length;
    await later(whole);
    for (let killAt = before + 1; killAt <= whole.written.length; killAt += 1) {
      const cloud = await createDeployed();
      cloud.faults = { killAt, when: 'after' };
      await expect(later(cloud)).rejects.toThrow(KilledError);
      cloud.faults = {};
      await later(cloud);
      expect(cloud.state.app).toMatchObject({ package: cloud.state.release.wheel, status: {} });
      expect(cloud.state.app.settings['MEDALLION_RELEASE']).toBe('r2');
      expect(cloud.state.app.status.pipelineState).toBeUndefined();
    }
  });
});

describe('a plan', () => {
  const plan = async (cloud: MemoryCloud) => planSteps(createTestContext(cloud), steps);

  it('of an empty subscription says what is known, and writes nothing', async () => {
    const cloud = new MemoryCloud();
    const plans = await plan(cloud);
    expect(cloud.written).toEqual([]);
    expect(plans.find(({ step }) => step === 'foundation')?.differences.length).toBeGreaterThan(10);
    const page = formatPlan(createTestContext(cloud), plans);
    expect(page).toContain("| infra | known later: The resource group 'rg-medallion-test' is not there yet. |");
    expect(page).toMatch(/\| warehouse of gates and releases \| [\d,]+ \| [\d,]+ \|/);
  });

  it('of an environment that is as it should be is empty', async () => {
    const cloud = await createDeployed();
    const plans = await plan(cloud);
    expect(plans.flatMap(({ differences, waitsFor }) => [...differences, ...(waitsFor ? [waitsFor] : [])])).toEqual([]);
  });

  it.for(['recreate', 'delete'])('to %s a catalog is refused, and so is its deployment', async (action) => {
    const cloud = await createDeployed();
    cloud.state.bundle.actions = [{ resource: 'resources.catalogs.medallion', action }];
    const plans = await plan(cloud);
    expect(isHarmless(plans)).toBe(false);
    expect(formatPlan(createTestContext(cloud), plans)).toContain('**This plan is refused');
    const before = cloud.written.length;
    await expect(applySteps(createTestContext(cloud), selectSteps(steps, { only: 'jobs' }))).rejects.toThrow(
      `would delete or replace what holds data: ${action} resources.catalogs.medallion`,
    );
    expect(cloud.written).toHaveLength(before);
  });
});

describe('rolling back', () => {
  it('leaves a column that the older release does not know, and says so', async () => {
    const cloud = await createDeployed();
    cloud.state.tables.changes.push({ on: 'gold.gym_summary', what: "drop the column 'visits'", isDestructive: true });
    await expect(deploy(cloud)).rejects.toThrow("drop the column 'visits'");
    await deploy(cloud, { isRollback: true });
    expect(cloud.lines).toContain("tables: left undone in a rollback: gold.gym_summary: drop the column 'visits'");
  });
});

describe('destroying', () => {
  const destroy = (cloud: MemoryCloud, withData?: string) =>
    applySteps(createTestContext(cloud), createDestroySteps(withData));

  it('is refused where the catalog holds data, also with the name of another environment', async () => {
    const cloud = await createDeployed();
    const before = cloud.written.length;
    for (const name of [undefined, 'prod'])
      await expect(destroy(cloud, name)).rejects.toThrow(
        'holds the schemas bronze. To lose them for ever, add: --with-data test',
      );
    expect(cloud.written).toHaveLength(before);
  });

  it('leaves nothing that a new environment of the name would meet', async () => {
    const cloud = await createDeployed();
    await destroy(cloud, 'test');
    expect(await destroy(cloud, 'test')).toBe(0);
    cloud.state.order.length = 0;
    await deploy(cloud);
    expect(cloud.state.order.at(-1)).toBe('integration');
  });

  it('goes on after it was killed at any of its writes', async () => {
    const whole = await createDeployed();
    const before = whole.written.length;
    await destroy(whole, 'test');
    for (let killAt = before + 1; killAt <= whole.written.length; killAt += 1) {
      const cloud = await createDeployed();
      cloud.faults = { killAt, when: 'after' };
      await expect(destroy(cloud, 'test')).rejects.toThrow(KilledError);
      cloud.faults = {};
      await destroy(cloud, 'test');
      expect(describeState(cloud)).toEqual(describeState(whole));
    }
  });
});
