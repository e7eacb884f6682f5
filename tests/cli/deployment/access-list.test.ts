import { describe, expect, it } from 'vitest';
import { applySteps, selectSteps } from '../../../cli/deployment/engine.ts';
import { steps } from '../../../cli/deployment/steps/index.ts';
import type { Environment } from '../../../environments/environment.ts';
import { createEnvironment, createTestContext, MemoryCloud } from './memory-cloud/environment.ts';

async function createDeployed(environment: Environment): Promise<MemoryCloud> {
  const cloud = new MemoryCloud();
  await applySteps(createTestContext(cloud, environment), steps);
  return cloud;
}

const takeLakehouse = (cloud: MemoryCloud, environment: Environment) =>
  applySteps(createTestContext(cloud, environment), selectSteps(steps, { only: 'lakehouse' }));

describe('a workspace that ranges of addresses reach', () => {
  const withReach = (change: object): Environment => {
    const environment = createEnvironment();
    const { deployment } = environment;
    if (!deployment) throw new Error("'test' is deployed.");
    return { ...environment, deployment: { ...deployment, ...change } };
  };
  const office = withReach({ reach: 'ranges', ranges: ['198.51.100.0/24'] });
  const listAddresses = ({ state }: MemoryCloud) =>
    [...state.databricks].filter(([key]) => key.startsWith('access-list ')).map(([, list]) => list.ip_addresses);

  it('refuses all others, and gets the ranges that are new', async () => {
    const cloud = await createDeployed(office);
    expect(listAddresses(cloud)).toEqual([['198.51.100.0/24']]);
    expect(cloud.state.databricks.get('access lists')).toBe('true');
    expect(await takeLakehouse(cloud, office)).toBe(0);
    const both = withReach({ reach: 'ranges', ranges: ['198.51.100.0/24', '203.0.113.0/24'] });
    expect(await takeLakehouse(cloud, both)).toBe(1);
    expect(listAddresses(cloud)).toEqual([['198.51.100.0/24', '203.0.113.0/24']]);
  });

  it('keeps the lists of others when its own goes', async () => {
    const cloud = await createDeployed(office);
    cloud.state.databricks.set('access-list own', { list_id: 'own', label: 'people', ip_addresses: ['192.0.2.0/24'] });
    expect(await takeLakehouse(cloud, withReach({}))).toBe(1);
    expect(listAddresses(cloud)).toEqual([['192.0.2.0/24']]);
  });

  it('has lists of its owner where it belongs to somebody else', async () => {
    const resourceId =
      '/subscriptions/sub/resourceGroups/x/providers/Microsoft.Databricks/workspaces/dbw-medallion-test';
    const cloud = await createDeployed(
      withReach({ reach: 'ranges', ranges: ['198.51.100.0/24'], workspace: { resourceId } }),
    );
    expect(listAddresses(cloud)).toEqual([]);
  });
});
