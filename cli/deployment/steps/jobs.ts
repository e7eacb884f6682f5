import { z } from 'zod';
import { UserError } from '../../user-error.ts';
import { type Context, find, NotYetError } from '../context.ts';
import type { Difference, Step } from '../engine.ts';
import { getIdentity, getWorkspace, getWorkspaceIds } from '../lookups.ts';
import type { BundleVariables } from '../ports.ts';

const Runs = z.object({
  runs: z.array(z.object({ run_id: z.number(), run_name: z.string() })).default([]),
});
const Catalog = z.object({ name: z.string() });
const Exported = z.object({ content: z.string() });

/** A table that a new release needs is made before its jobs, and what an old one had stays. */
export const tables: Step = {
  name: 'tables',
  rights: 'the pipeline',
  summary: 'tables, views and grants as the contracts say, before the jobs that need them',
  compare: async (context) => ((await isCatalogThere(context)) ? compareTables(context) : []),
};

/** At a first deployment the bundle makes catalog and warehouse, so tables come after it. */
export const firstTables: Step = {
  name: 'first-tables',
  rights: 'the pipeline',
  summary: 'the same, at the first deployment, where the bundle has made the catalog',
  compare: async (context) => {
    if (!(await isCatalogThere(context))) throw new NotYetError('The bundle has made no catalog yet.');
    return compareTables(context);
  },
};

export const jobs: Step = {
  name: 'jobs',
  rights: 'the pipeline',
  summary: 'jobs, volumes and the warehouse, when no run is active',
  async compare(context) {
    const workspace = await getWorkspaceIds(context);
    const variables = await createVariables(context);
    const actions = await context.ports.programs.planBundle(workspace, variables);
    const changes = actions.filter(({ action }) => action !== 'skip');
    const apply = async () => {
      await requireOwnWheelName(context);
      await waitForRuns(context);
      await context.ports.programs.deployBundle(workspace, variables);
    };
    return changes.map(({ action, resource }, at) => ({
      what: `${action} ${resource}`,
      isDestructive: isDestructive(resource, action),
      // The bundle is deployed as a whole, with its first change.
      apply: at === 0 ? apply : async () => {},
    }));
  },
};

/** What holds data, and the programs' memory of it. The rest can be made again. */
const isDestructive = (resource: string, action: string) =>
  /^(delete|recreate)/.test(action) && /\b(catalogs|schemas|volumes|external_locations)\./.test(resource);

async function isCatalogThere(context: Context): Promise<boolean> {
  const { host } = await getWorkspace(context);
  const { warehouseId } = await getWorkspaceIds(context);
  const path = `/api/2.1/unity-catalog/catalogs/${context.environment.databricks.catalog}`;
  const catalog = await find(context, { service: 'databricks', host, path }, Catalog);
  return catalog !== undefined && warehouseId !== undefined;
}

async function compareTables(context: Context): Promise<Difference[]> {
  const { isRollback, ports } = context;
  const workspace = await getWorkspaceIds(context);
  const { changes, unreadableViews } = await ports.programs.planCatalog(workspace);
  if (unreadableViews.length > 0)
    throw new UserError(`The texts of the views ${unreadableViews.join(', ')} cannot be read. Ask the owner's group.`);
  const lost = changes.filter(({ isDestructive: isLost }) => isLost);
  // An older release knows fewer columns. They stay, and nobody is the worse for it.
  if (isRollback) for (const { on, what } of lost) ports.log(`tables: left undone in a rollback: ${on}: ${what}`);
  const due = isRollback ? changes.filter(({ isDestructive: isLost }) => !isLost) : changes;
  return due.map(({ isDestructive: isLost, on, what }, at) => ({
    what: `${on}: ${what}`,
    isDestructive: isLost,
    apply: at === 0 ? () => ports.programs.applyCatalog(workspace) : async () => {},
  }));
}

/** What Azure decided, for the bundle. */
async function createVariables(context: Context): Promise<BundleVariables> {
  const { clientId: operator } = await getIdentity(context, 'operator');
  const { clientId: jobsPrincipal } = await getIdentity(context, 'jobs');
  const variables = { operator, jobs_principal: jobsPrincipal };
  if (context.deployment.verify !== 'integration') return variables;
  const { clientId: tester } = await getIdentity(context, 'tester');
  return { ...variables, tester };
}

const pauseSeconds = 15;

/** A deployment takes the wheel away from a run that is queued. The operator holds its own runs, but not maintenance. */
async function waitForRuns(context: Context): Promise<void> {
  const { host } = await getWorkspace(context);
  const names = [
    ...Object.values(context.environment.databricks.jobs),
    'medallion-maintenance',
    'medallion-integration',
  ];
  const path = '/api/2.2/jobs/runs/list?active_only=true&limit=26';
  for (let seconds = 0; ; seconds += pauseSeconds) {
    const { runs } = (await find(context, { service: 'databricks', host, path }, Runs)) ?? { runs: [] };
    const active = runs.filter(({ run_name: name }) => names.includes(name));
    if (active.length === 0) return;
    if (seconds >= context.patienceMinutes * 60) {
      const texts = active.map(({ run_id: id, run_name: name }) => `${name} ${id}`);
      throw new UserError(
        `No job was deployed, since these runs are still active: ${texts.join(', ')}. Wait for their end or cancel them.`,
      );
    }
    await context.ports.wait(pauseSeconds);
  }
}

/** Serverless compute keeps what it has installed by the wheel's name: other code under that name would never run. */
async function requireOwnWheelName(context: Context): Promise<void> {
  const { programs } = context.ports;
  const { host } = await getWorkspace(context);
  const wheel = await programs.readWheel();
  const file = `/Workspace/${context.suffix}/artifacts/.internal/${wheel.name}`;
  const path = `/api/2.0/workspace/export?path=${encodeURIComponent(file)}&format=AUTO`;
  const deployed = await find(context, { service: 'databricks', host, path }, Exported);
  if (!deployed || (await programs.readWheel(deployed.content)).record === wheel.record) return;
  throw new UserError(
    `The wheel '${wheel.name}' is deployed already, with other code. Commit what has changed and build again: the version of a wheel names its commit.`,
  );
}
