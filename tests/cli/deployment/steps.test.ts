import { describe, expect, it } from 'vitest';
import { applySteps, selectSteps } from '../../../cli/deployment/engine.ts';
import { parseBundlePlan } from '../../../cli/deployment/programs.ts';
import { listProviders } from '../../../cli/deployment/steps/foundation.ts';
import { steps } from '../../../cli/deployment/steps/index.ts';
import type { Environment } from '../../../environments/environment.ts';
import { bicep, whenThere } from '../../bicep/cli.ts';
import { compiled, resourcesOf } from '../../bicep/compiled.ts';
import { createEnvironment, createTestContext, MemoryCloud } from './memory-cloud/environment.ts';

const run = (cloud: MemoryCloud, only?: string, environment?: Environment) =>
  applySteps(createTestContext(cloud, environment), selectSteps(steps, { only }));

async function createDeployed(environment?: Environment): Promise<MemoryCloud> {
  const cloud = new MemoryCloud();
  await run(cloud, undefined, environment);
  return cloud;
}

describe('a step', () => {
  it('is taken alone or as the first, and has to be known', () => {
    expect(selectSteps(steps, { only: 'jobs' }).map(({ name }) => name)).toEqual(['jobs']);
    expect(selectSteps(steps, { from: 'code' }).map(({ name }) => name)).toEqual([
      'code',
      'events',
      'resume',
      'verify',
    ]);
    expect(() => selectSteps(steps, { only: 'job' })).toThrow("'job' is no step. Steps are: foundation, hold, infra,");
  });

  it.for([
    { step: 'grants', forbidden: /PUT .*deployments\/grants/, who: 'an owner of the subscription' },
    { step: 'directory', forbidden: /^graph POST/, who: 'an application administrator of the directory' },
    { step: 'account', forbidden: /^account POST/, who: 'an admin of the Databricks account and of its metastore' },
    { step: 'delivery', forbidden: /^azure-devops POST/, who: 'an administrator of the DevOps project' },
  ])('$step says who has the right that is missing, and what that person runs', async ({ forbidden, step, who }) => {
    const cloud = new MemoryCloud();
    cloud.faults = { forbidden };
    await expect(run(cloud)).rejects.toThrow(`Step '${step}' needs the rights of ${who}`);
    await expect(run(cloud, step)).rejects.toThrow(`npm run deploy -- --env test --only ${step}`);
  });

  it('that has nothing to change needs no right to change it', async () => {
    const cloud = await createDeployed();
    cloud.faults = { forbidden: /PUT .*deployments\/grants|^graph (POST|PATCH)|^account (POST|PATCH)/ };
    expect(await run(cloud)).toBe(0);
  });
});

describe("a preview of Azure's", () => {
  const noise = [{ changeType: 'Modify', resourceId: '/x/nsg' }];

  it('may show a change that no deployment makes: it is deployed once, and the step ends', async () => {
    const cloud = await createDeployed();
    cloud.state.noise.set('main', noise);
    expect(await run(cloud, 'infra')).toBe(1);
  });

  it('asks no owner for a role that is there', async () => {
    const cloud = await createDeployed();
    cloud.state.noise.set('grants', noise);
    cloud.faults = { forbidden: /PUT .*deployments\/grants/ };
    expect(await run(cloud, 'grants')).toBe(0);
  });

  it('has roles for an identity that was made anew', async () => {
    const cloud = await createDeployed();
    cloud.state.azure.set('identity id-operator-medallion-test rg-medallion-test', {
      properties: { clientId: 'client-anew', principalId: 'principal-anew' },
    });
    expect(await run(cloud, 'grants')).toBe(1);
    expect(await run(cloud, 'grants')).toBe(0);
  });

  it('that would delete something is refused', async () => {
    const cloud = await createDeployed();
    cloud.state.drift.set('main', [{ changeType: 'Delete', resourceId: '/x/lake' }]);
    await expect(run(cloud, 'infra')).rejects.toThrow(
      "would delete or replace what holds data: template 'main': delete lake",
    );
  });
});

describe('the foundation', () => {
  it.runIf(bicep)(`registers a provider for every type of the templates${whenThere}`, async () => {
    const templates = await compiled();
    for (const name of ['test', 'prod'] as const) {
      const types = resourcesOf(templates, name).map(({ type }) => type.split('/')[0] ?? '');
      const made = types.filter((provider) => provider !== 'Microsoft.Resources');
      const listed = listProviders(createTestContext(new MemoryCloud(), createEnvironment(name)));
      expect(listed).toEqual(expect.arrayContaining([...new Set(made)]));
      expect(listed.includes('Microsoft.DevOpsInfrastructure')).toBe(name === 'prod');
    }
  });
});

describe('the infrastructure', () => {
  it('is not made of what belongs to another environment', async () => {
    const cloud = await createDeployed();
    const { control, records } = createEnvironment('prod');
    await expect(run(cloud, 'infra', { ...createEnvironment(), control, records })).rejects.toThrow(
      "/control' belongs to 'prod', too. Set 'control.container' in environments/test.json.",
    );
  });
});

describe('the right to run jobs as somebody', () => {
  const name = (application: string) => `rules accounts/acc/servicePrincipals/${application}/ruleSets/default`;

  it('is added to what is there: whoever manages the principal keeps that role', async () => {
    const cloud = await createDeployed();
    const sets = [...cloud.state.databricks].filter(([key]) => key.startsWith('rules '));
    expect(sets).toHaveLength(2);
    for (const [, { grant_rules: rules }] of sets)
      expect(rules.map(({ role }: { role: string }) => role)).toEqual([
        'roles/servicePrincipal.manager',
        'roles/servicePrincipal.user',
      ]);
  });

  it('survives another writer: a stale etag is refused, and the set is read again', async () => {
    const cloud = await createDeployed();
    const [key = ''] = [...cloud.state.databricks.keys()].filter((each) => each.startsWith(name('').slice(0, 12)));
    const other = { role: 'roles/servicePrincipal.user', principals: ['users/bob'] };
    cloud.state.databricks.set(key, { name: key.slice(6), etag: 'e1', grant_rules: [] });
    const send = cloud.send.bind(cloud);
    let isFirst = true;
    cloud.send = async (request) => {
      if (request.method === 'PUT' && request.path.includes('rule-sets') && isFirst) {
        isFirst = false;
        cloud.state.databricks.set(key, { name: key.slice(6), etag: 'e2', grant_rules: [other] });
      }
      return send(request);
    };
    await run(cloud, 'lakehouse');
    const { grant_rules: rules } = cloud.state.databricks.get(key);
    expect(rules).toHaveLength(2);
    expect(rules).toContainEqual(other);
  });
});

describe('a private environment', () => {
  it('connects serverless compute: makes rules, waits for them, approves them, and attaches them', async () => {
    const cloud = await createDeployed(createEnvironment('prod'));
    const rules = [...cloud.state.account].filter(([key]) => key.startsWith('rule ')).map(([, rule]) => rule);
    expect(rules.map((rule) => rule.connection_state)).toEqual(Array(4).fill('ESTABLISHED'));
    expect(cloud.state.account.get('workspace')).toHaveProperty('network_connectivity_config_id');
    expect(await run(cloud, undefined, createEnvironment('prod'))).toBe(0);
  });

  it('is looked at by the smoke test, lands nothing and has no tester', async () => {
    const cloud = await createDeployed(createEnvironment('prod'));
    expect(cloud.state.order).not.toContain('integration');
    expect([...cloud.state.azure.keys()].filter((key) => key.includes('tester'))).toEqual([]);
    cloud.state.smoke = ['The last release is 30 h old.'];
    await expect(run(cloud, 'verify', createEnvironment('prod'))).rejects.toThrow('The last release is 30 h old.');
  });
});

describe('catalog, locations and credential', () => {
  it('are isolated and bound to the workspace alone, also after somebody has bound another', async () => {
    const cloud = await createDeployed();
    cloud.state.databricks.set('bound medallion_test', [77, 8]);
    cloud.state.databricks.get('external-locations medallion-test-landing').isolation_mode = 'ISOLATION_MODE_OPEN';
    expect(await run(cloud, 'bindings')).toBe(2);
    expect(cloud.state.databricks.get('bound medallion_test')).toEqual([77]);
    const location = cloud.state.databricks.get('external-locations medallion-test-landing');
    expect(location.isolation_mode).toBe('ISOLATION_MODE_ISOLATED');
  });
});

describe('jobs', () => {
  const active = [{ run_id: 1, run_name: 'medallion-maintenance' }];
  const renew = (cloud: MemoryCloud) => {
    cloud.state.release = { wheel: 'medallion_engine-0.1.0+gdef-py3-none-any.whl', record: 'two' };
  };

  it('are deployed when the last run has ended', async () => {
    const cloud = await createDeployed();
    renew(cloud);
    cloud.state.databricks.set('active runs', [...active]);
    await run(cloud, 'jobs');
    expect(cloud.seconds).toBeGreaterThanOrEqual(15);
  });

  it('stay as they are while a run of theirs does not end', async () => {
    const cloud = await createDeployed();
    renew(cloud);
    cloud.state.databricks.set('active runs', { splice: () => active });
    await expect(run(cloud, 'jobs')).rejects.toThrow(
      'No job was deployed, since these runs are still active: medallion-maintenance 1.',
    );
    expect(cloud.state.bundle.wheel).not.toBe(cloud.state.release.wheel);
  });

  it('are not deployed with other code under the name of a wheel that is there', async () => {
    const cloud = await createDeployed();
    cloud.state.bundle.actions = [{ resource: 'resources.jobs.gold', action: 'update' }];
    cloud.state.release.record = 'other code';
    await expect(run(cloud, 'jobs')).rejects.toThrow('is deployed already, with other code');
  });

  it('are planned as the CLI of Databricks says it', () => {
    // As documented for version 1.13 of the CLI; nothing has answered from a real workspace yet.
    const output = '{"plan_version": 1, "plan": {"resources.jobs.bronze": {"action": "update", "changes": {}}}}';
    expect(parseBundlePlan(output)).toEqual([{ resource: 'resources.jobs.bronze', action: 'update' }]);
    expect(parseBundlePlan('{"plan_version": 1}')).toEqual([]);
  });
});

describe('the integration test', () => {
  it('is asked for in short calls, and its failure is the failure of the deployment', async () => {
    const cloud = await createDeployed();
    expect(await run(cloud, 'verify')).toBe(0);
    cloud.state.databricks.delete('completed runs');
    cloud.state.databricks.set('outcome', 'RUN_EXECUTION_ERROR');
    await expect(run(cloud, 'verify')).rejects.toThrow('The integration test failed: RUN_EXECUTION_ERROR as planted');
    expect(cloud.requests.filter(({ path }) => path.includes('runs/get')).length).toBeGreaterThanOrEqual(6);
  });
});

describe('the host of the app', () => {
  it('is read from the raw resource, where it is under its properties', async () => {
    const cloud = await createDeployed();
    expect(cloud.requests.find(({ path }) => path === '/api/health')?.host).toBe(
      'func-medallion-test-x1.westeurope-01.azurewebsites.net',
    );
  });
});
