import type { Programs } from '../../../../cli/deployment/ports.ts';
import { createId, type State } from './state.ts';

type Write = <Result>(what: string, perform: () => Promise<Result>) => Promise<Result>;

const environmentJobs = ['medallion-bronze', 'medallion-silver', 'medallion-gold', 'medallion-maintenance'];

/** What compilers, the bundle and the programs of the project would do to the same state. */
export const createPrograms = (state: State, write: Write): Programs => ({
  readVersions: async () => state.versions,
  compileTemplate: async (name) => ({ name }),
  planCatalog: async ({ warehouseId }) => {
    if (warehouseId === undefined) throw new Error('Nobody answers without a warehouse.');
    const first = { on: 'bronze.gym_logins', what: 'create', isDestructive: false };
    return { changes: [...(state.tables.applied ? [] : [first]), ...state.tables.changes], unreadableViews: [] };
  },
  applyCatalog: () =>
    write('catalog apply', async () => {
      state.order.push('tables');
      state.tables.applied = true;
      state.tables.changes = state.tables.changes.filter(({ isDestructive }) => isDestructive);
      state.databricks.set('schema bronze', { name: 'bronze' });
    }),
  planBundle: async (_, variables) => {
    if (!variables['operator'] || !variables['jobs_principal']) throw new Error('The bundle knows no operator.');
    const first = { resource: 'resources.jobs.bronze', action: 'create' };
    const isNew = !state.bundle.isDeployed || state.bundle.wheel !== state.release.wheel;
    return [...(isNew ? [first] : [{ ...first, action: 'skip' }]), ...state.bundle.actions];
  },
  deployBundle: () => write('bundle deploy', async () => deployBundle(state)),
  readWheel: async (deployed) => ({ name: state.release.wheel, record: deployed ?? state.release.record }),
  deployCode: (app) =>
    write('deploy code', async () => {
      if (!state.app.settings['MEDALLION_RELEASE']) throw new Error(`'${app}' has no settings to start with.`);
      state.order.push('code');
      state.app.package = state.release.wheel;
    }),
  holdApp: () =>
    write('hold', async () => {
      state.order.push('hold');
      state.app.status.pipelineState = { state: 'paused', reason: 'deployment r1' };
    }),
  resumeApp: () =>
    write('resume', async () => {
      state.order.push('resume');
      delete state.app.status.pipelineState;
    }),
  runSmokeTest: async () => state.smoke,
});

function deployBundle(state: State): void {
  state.order.push('jobs');
  state.bundle = { isDeployed: true, wheel: state.release.wheel, actions: [] };
  for (const name of [...environmentJobs, 'medallion-integration']) {
    if (hasJob(state, name)) continue;
    state.next += 1;
    state.databricks.set(`job ${state.next}`, { job_id: state.next, name });
  }
  const suffixes = [...state.azure.keys()].flatMap((key) => /^group rg-(.*)$/.exec(key)?.[1] ?? []);
  for (const suffix of suffixes) {
    const catalog = suffix.replaceAll('-', '_');
    const names = ['tables', 'landing', 'control', 'records'].map((part) => `external-locations ${suffix}-${part}`);
    for (const key of [`catalogs ${catalog}`, ...names])
      if (!state.databricks.has(key)) state.databricks.set(key, { name: key.split(' ')[1], isolation_mode: 'OPEN' });
  }
  const id = createId(state, 'warehouse');
  const settings = { name: 'medallion-gates', auto_stop_mins: 5, cluster_size: '2X-Small' };
  if (![...state.databricks.keys()].some((key) => key.startsWith('warehouse ')))
    state.databricks.set(`warehouse ${id}`, { id, ...settings });
  for (const file of suffixes.map((suffix) => `/Workspace/${suffix}/artifacts/.internal/${state.release.wheel}`))
    state.databricks.set(`file ${file}`, state.release.record);
}

const hasJob = (state: State, name: string) =>
  [...state.databricks].some(([key, thing]) => key.startsWith('job ') && thing.name === name);
