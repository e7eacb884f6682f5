import { first, only, type Plant, removeMatching } from './plant.ts';

export const directory: readonly Plant[] = [
  {
    title: 'no app registration',
    cure: only('directory'),
    plant: ({ state }) => removeMatching(state.graph, 'application '),
  },
  {
    title: 'an API without an address',
    cure: only('directory'),
    plant: ({ state }) => Object.assign(first(state.graph, 'application '), { identifierUris: [] }),
  },
  {
    title: 'a sign-in that returns elsewhere',
    cure: only('directory'),
    plant: ({ state }) => Object.assign(first(state.graph, 'application '), { web: { redirectUris: ['https://old'] } }),
  },
  {
    title: 'everybody let in without a role',
    cure: only('directory'),
    plant: ({ state }) => Object.assign(first(state.graph, 'principal '), { appRoleAssignmentRequired: false }),
  },
  {
    title: 'the identity of an operator that is gone',
    cure: only('directory'),
    plant: ({ state }) => Object.assign(first(state.graph, 'credential '), { subject: 'gone' }),
  },
  {
    title: 'a group that has lost its role',
    cure: only('directory'),
    plant: ({ state }) =>
      removeMatching(state.graph, 'assignment ', ({ principalId }) => principalId.startsWith('1111')),
  },
  {
    title: 'a pipeline that may not pause',
    cure: only('directory'),
    plant: ({ state }) =>
      removeMatching(state.graph, 'assignment ', ({ principalId }) => principalId.startsWith('principal-pipeline')),
  },
];

export const delivery: readonly Plant[] = [
  {
    title: 'no connection',
    cure: only('delivery'),
    plant: ({ state }) => removeMatching(state.delivery, 'connection ', ({ name }) => name === 'medallion-test'),
  },
  {
    title: 'no environment',
    cure: only('delivery'),
    plant: ({ state }) => removeMatching(state.delivery, 'environment '),
  },
  {
    title: 'a connection that any branch may use',
    cure: only('delivery'),
    plant: ({ state }) =>
      removeMatching(
        state.delivery,
        'check ',
        ({ resource, type }) => resource.type === 'endpoint' && type.name === 'Task Check',
      ),
  },
  {
    title: 'a connection that nobody approves',
    cure: only('delivery'),
    plant: ({ state }) =>
      removeMatching(
        state.delivery,
        'check ',
        ({ resource, type }) => resource.type === 'endpoint' && type.name === 'Approval',
      ),
  },
  {
    title: 'two deployments at once',
    cure: only('delivery'),
    plant: ({ state }) => removeMatching(state.delivery, 'check ', ({ type }) => type.name === 'ExclusiveLock'),
  },
  {
    title: 'a subject that is not that of the connection',
    cure: only('delivery'),
    plant: ({ state }) => Object.assign(first(state.azure, 'credential id-pipeline').properties, { subject: 'old' }),
  },
  {
    title: 'a plan that may change things',
    cure: `delete the connection 'medallion-test-plan', then: ${only('delivery')}`,
    plant: ({ state }) => {
      const plan = [...state.delivery.values()].find(({ name }) => name === 'medallion-test-plan');
      plan.authorization.parameters.serviceprincipalid = 'client-pipeline';
    },
  },
];

export const account: readonly Plant[] = [
  {
    title: 'no group of readers',
    cure: only('account'),
    plant: ({ state }) => removeMatching(state.account, 'group ', ({ displayName }) => displayName.endsWith('readers')),
  },
  {
    title: 'a group without its member',
    cure: only('account'),
    plant: ({ state }) => Object.assign(first(state.account, 'group '), { members: [] }),
  },
  {
    title: 'a principal that the account forgot',
    cure: only('account'),
    plant: ({ state }) => removeMatching(state.account, 'principal '),
  },
  {
    title: 'privileges that were taken away',
    cure: only('account'),
    plant: ({ state }) => state.databricks.delete('privileges'),
  },
  {
    title: 'no metastore',
    cure: 'databricks account metastore-assignments create 77 METASTORE_ID, by an admin of the account',
    plant: ({ state }) => state.account.delete('metastore'),
  },
  {
    title: 'serverless compute that was cut off',
    environment: 'prod',
    cure: only('account', 'prod'),
    plant: ({ state }) => removeMatching(state.account, 'rule '),
  },
  {
    title: 'an endpoint that nobody approved',
    environment: 'prod',
    cure: only('account', 'prod'),
    plant: ({ state }) => Object.assign(first(state.account, 'rule '), { connection_state: 'EXPIRED' }),
  },
  {
    title: 'a network that is not attached',
    environment: 'prod',
    cure: only('account', 'prod'),
    plant: ({ state }) => state.account.delete('workspace'),
  },
];
