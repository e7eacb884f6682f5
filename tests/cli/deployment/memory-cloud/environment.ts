import path from 'node:path';
import { type Context, createContext } from '../../../../cli/deployment/context.ts';
import { type Environment, readEnvironment } from '../../../../environments/environment.ts';
import { root } from '../../../support/root.ts';
import { MemoryCloud } from './cloud.ts';

const id = (digit: number) => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;

/** An environment as a company has it: with people, producers, and a pipeline. */
export function createEnvironment(name: 'test' | 'prod' = 'test'): Environment {
  const environment = readEnvironment(path.join(root, `environments/${name}.json`));
  const { deployment } = environment;
  if (!deployment) throw new Error(`'${name}' is not deployed.`);
  return {
    ...environment,
    deployment: {
      ...deployment,
      people: { reader: id(1), operator: id(2), privacy: id(3), onDuty: id(4) },
      producers: [{ name: 'gym', principalId: id(5), kind: 'ServicePrincipal', datasets: ['gym_logins'] }],
      delivery: {
        kind: 'azure-devops',
        organization: 'company',
        project: 'Lake house',
        branch: 'refs/heads/main',
        approvers: [id(6)],
      },
    },
  };
}

interface Options {
  readonly release?: string;
  readonly isRollback?: boolean;
  readonly patienceMinutes?: number;
}

export const createTestContext = (
  cloud: MemoryCloud,
  environment: Environment = createEnvironment(),
  { isRollback = false, patienceMinutes = 5, release = 'r1' }: Options = {},
): Context => createContext(environment, cloud, { release, patienceMinutes, isRollback, databricksAccount: 'acc' });

export { MemoryCloud };
