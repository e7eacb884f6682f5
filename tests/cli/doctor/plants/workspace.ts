import { first, key, only, type Plant, removeMatching } from './plant.ts';

const second = { id: 'w9', name: 'medallion-gates', auto_stop_mins: 5 };

export const workspace: readonly Plant[] = [
  {
    title: 'a principal that the workspace does not know',
    cure: only('lakehouse'),
    plant: ({ state }) => removeMatching(state.databricks, 'principal '),
  },
  {
    title: 'a deployer that may not run jobs as others',
    cure: only('lakehouse'),
    plant: ({ state }) => removeMatching(state.databricks, 'rules '),
  },
  {
    title: 'no storage credential',
    cure: only('lakehouse'),
    plant: ({ state }) => state.databricks.delete('storage-credentials medallion-test'),
  },
  {
    title: 'a catalog that every workspace sees',
    cure: only('bindings'),
    plant: ({ state }) => Object.assign(state.databricks.get('catalogs medallion_test'), { isolation_mode: 'OPEN' }),
  },
  {
    title: 'a location that another workspace uses',
    cure: only('bindings'),
    plant: ({ state }) => state.databricks.set('bound medallion-test-landing', [77, 8]),
  },
  {
    title: 'file events that Databricks takes',
    cure: only('jobs'),
    plant: ({ state }) =>
      Object.assign(state.databricks.get('external-locations medallion-test-landing'), { enable_file_events: true }),
  },
  {
    title: 'a second warehouse',
    cure: 'delete the one that no bundle made: databricks warehouses delete w9',
    plant: ({ state }) => state.databricks.set('warehouse w9', second),
  },
  {
    title: 'a warehouse that never stops',
    cure: only('jobs'),
    plant: ({ state }) => Object.assign(first(state.databricks, 'warehouse '), { auto_stop_mins: 0 }),
  },
  {
    title: 'a second job of a name',
    cure: 'delete the one that no bundle made: databricks jobs delete 99',
    plant: ({ state }) => state.databricks.set('job 99', { job_id: 99, name: 'medallion-gold' }),
  },
  {
    title: 'a job that somebody deleted',
    cure: only('jobs'),
    plant: ({ state }) => removeMatching(state.databricks, 'job ', ({ name }) => name === 'medallion-silver'),
  },
  {
    title: 'a bundle that would replace the catalog',
    cure: 'look at what would lose data with: npm run deploy -- --env test --plan',
    plant: ({ state }) => state.bundle.actions.push({ resource: 'resources.catalogs.medallion', action: 'recreate' }),
  },
  {
    title: 'a table that is not as its contract',
    cure: only('first-tables'),
    plant: ({ state }) => state.tables.changes.push({ on: 'gold.x', what: 'add a column', isDestructive: false }),
  },
  {
    title: 'a catalog of another environment',
    cure: key('databricks.catalog'),
    plant: ({ state }) =>
      Object.assign(state.databricks.get('catalogs medallion_test'), {
        storage_root: 'abfss://tables@medallionlakedev.dfs.core.windows.net/catalog',
      }),
  },
];

export const app: readonly Plant[] = [
  {
    title: 'an app that does not answer',
    cure: 'az webapp log tail --name func-medallion-test --resource-group rg-medallion-test',
    plant: ({ state }) => Object.assign(state.app, { isHealthy: false }),
  },
  {
    title: 'a sign-in that is switched off',
    cure: only('code'),
    plant: ({ state }) => Object.assign(state.app, { signIn: 'off' }),
  },
  {
    title: 'a header that can be forged',
    cure: only('code'),
    plant: ({ state }) => Object.assign(state.app, { signIn: 'forgeable' }),
  },
  {
    title: 'settings that somebody changed',
    cure: only('code'),
    plant: ({ state }) => state.drift.set('settings', [{ changeType: 'Modify', resourceId: '/x/appsettings' }]),
  },
  {
    title: 'a deployment that did not end',
    cure: 'npm run deploy -- --env test --from hold',
    plant: ({ state }) =>
      Object.assign(state.app.status, { pipelineState: { state: 'paused', reason: 'deployment r1' } }),
  },
  {
    title: 'a pipeline that is halted',
    cure: 'correct the cause, then: POST https://func-medallion-test-x1.westeurope-01.azurewebsites.net/api/pipeline/resume',
    plant: ({ state }) =>
      Object.assign(state.app.status, { pipelineState: { state: 'halted', reason: 'Five runs failed.' } }),
  },
  {
    title: 'no event subscription',
    cure: only('events'),
    plant: ({ state }) => removeMatching(state.azure, 'subscription '),
  },
  {
    title: 'an event subscription that failed',
    cure: only('events'),
    plant: ({ state }) =>
      Object.assign(first(state.azure, 'subscription ').properties, { provisioningState: 'Failed' }),
  },
  {
    title: 'a subscription that somebody changed',
    cure: only('events'),
    plant: ({ state }) => state.drift.set('eventing', [{ changeType: 'Modify', resourceId: '/x/blob-landed' }]),
  },
];
