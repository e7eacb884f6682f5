import { describe, expect, it } from 'vitest';
import { applySteps, selectSteps } from '../../../cli/deployment/engine.ts';
import { steps } from '../../../cli/deployment/steps/index.ts';
import type { Environment } from '../../../environments/environment.ts';
import { createEnvironment, createTestContext, MemoryCloud } from './memory-cloud/environment.ts';

function createGitHubEnvironment(approvers: readonly string[] = ['ann', 'company/owners']): Environment {
  const environment = createEnvironment();
  const { deployment } = environment;
  if (!deployment) throw new Error('It is deployed.');
  const delivery = {
    kind: 'github' as const,
    repository: 'company/lakehouse',
    branch: 'refs/heads/main',
    approvers: [...approvers],
  };
  return { ...environment, deployment: { ...deployment, delivery } };
}

const run = (cloud: MemoryCloud, environment: Environment, only?: string) =>
  applySteps(createTestContext(cloud, environment), selectSteps(steps, { only }));

async function createDeployed(environment = createGitHubEnvironment()): Promise<MemoryCloud> {
  const cloud = new MemoryCloud();
  await run(cloud, environment);
  return cloud;
}

describe('GitHub', () => {
  it('has an environment whose name is the subject of the sign-in', async () => {
    const cloud = await createDeployed();
    expect(cloud.state.azure.get('credential id-pipeline-medallion-test rg')).toMatchObject({
      properties: {
        issuer: 'https://token.actions.githubusercontent.com',
        subject: 'repo:company/lakehouse:environment:medallion-test',
      },
    });
    expect(cloud.state.delivery.get('variable medallion-test-plan AZURE_CLIENT_ID').value).toMatch(/^client-plan/);
  });

  it('lets one branch deploy, after somebody else has approved', async () => {
    const cloud = await createDeployed();
    expect(cloud.state.delivery.get('github medallion-test')).toEqual({
      name: 'medallion-test',
      protection_rules: [
        {
          id: 1,
          type: 'required_reviewers',
          prevent_self_review: true,
          reviewers: [
            { type: 'User', reviewer: { id: 3 } },
            { type: 'Team', reviewer: { id: 106 } },
          ],
        },
        { id: 2, type: 'branch_policy' },
      ],
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    });
    const policies = [...cloud.state.delivery].filter(([key]) => key.startsWith('policy '));
    expect(policies.map(([key, { name }]) => `${key.split(' ')[1]} ${name}`)).toEqual(['medallion-test main']);
    expect(await run(cloud, createGitHubEnvironment())).toBe(0);
  });

  it.for<{ title: string; plant: (cloud: MemoryCloud) => void }>([
    {
      title: 'an approver whom somebody took away',
      plant: ({ state }) => state.delivery.get('github medallion-test').protection_rules[0].reviewers.pop(),
    },
    {
      title: 'an approval of oneself',
      plant: ({ state }) =>
        Object.assign(state.delivery.get('github medallion-test').protection_rules[0], { prevent_self_review: false }),
    },
    {
      title: 'an environment for all branches that are protected, which may be none',
      plant: ({ state }) =>
        Object.assign(state.delivery.get('github medallion-test'), {
          deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
        }),
    },
    {
      title: 'another branch',
      plant: ({ state }) => state.delivery.set('policy medallion-test 99', { id: 99, name: 'wild/*' }),
    },
    {
      title: 'no branch',
      plant: ({ state }) => {
        for (const key of state.delivery.keys()) if (key.startsWith('policy ')) state.delivery.delete(key);
      },
    },
  ])('is put right after $title', async ({ plant }) => {
    const cloud = await createDeployed();
    const protectedState = (await createDeployed()).state.delivery.get('github medallion-test');
    plant(cloud);
    expect(await run(cloud, createGitHubEnvironment(), 'delivery')).toBe(1);
    expect(cloud.state.delivery.get('github medallion-test')).toEqual(protectedState);
    expect(await run(cloud, createGitHubEnvironment(), 'delivery')).toBe(0);
  });

  it('asks nobody where the file names nobody', async () => {
    const cloud = await createDeployed(createGitHubEnvironment([]));
    expect(cloud.state.delivery.get('github medallion-test').protection_rules).toEqual([
      { id: 2, type: 'branch_policy' },
    ]);
  });

  it('leaves an approver who was added by hand, where the file names nobody', async () => {
    const cloud = await createDeployed();
    expect(await run(cloud, createGitHubEnvironment([]), 'delivery')).toBe(0);
    expect(cloud.state.delivery.get('github medallion-test').protection_rules[0].reviewers).toHaveLength(2);
  });

  it('does not deploy for an approver whom it does not know', async () => {
    const cloud = await createDeployed();
    await expect(run(cloud, createGitHubEnvironment(['nobody']), 'delivery')).rejects.toThrow(
      "GitHub knows no 'nobody'. Correct 'deployment.delivery.approvers'.",
    );
  });
});
