import { z } from 'zod';
import { type Context, find } from '../../deployment/context.ts';
import { getWorkspace, listWarehouses } from '../../deployment/lookups.ts';
import { listSecurables } from '../../deployment/steps/bindings.ts';
import { type Check, getCall, getKey, type Problem } from '../check.ts';

const Jobs = z.object({ jobs: z.array(z.object({ job_id: z.number() })).default([]) });
const Location = z.object({
  url: z.string().optional(),
  enable_file_events: z.boolean().optional(),
  owner: z.string().optional(),
});
const maxAutoStopMinutes = 10;

async function lookAtWarehouses(context: Context): Promise<Problem[]> {
  const { host } = await getWorkspace(context);
  const warehouses = await listWarehouses(context, host);
  const problems: Problem[] = warehouses.slice(1).map(({ id, name }) => ({
    what: `a second warehouse is named '${name}'`,
    cure: `delete the one that no bundle made: databricks warehouses delete ${id}`,
  }));
  for (const { auto_stop_mins: minutes = 0, name } of warehouses)
    if (minutes === 0 || minutes > maxAutoStopMinutes)
      problems.push({
        what: `the warehouse '${name}' stops ${minutes === 0 ? 'never' : `after ${minutes} minutes`}, which is paid for`,
        cure: getCall(context, 'jobs'),
      });
  return problems;
}

async function lookAtJobs(context: Context): Promise<Problem[]> {
  const { host } = await getWorkspace(context);
  const problems: Problem[] = [];
  for (const name of [...Object.values(context.environment.databricks.jobs), 'medallion-maintenance']) {
    const path = `/api/2.2/jobs/list?name=${name}`;
    const { jobs } = (await find(context, { service: 'databricks', host, path }, Jobs)) ?? { jobs: [] };
    const [first, second] = jobs;
    if (!first) problems.push({ what: `there is no job '${name}'`, cure: getCall(context, 'jobs') });
    if (second)
      problems.push({
        what: `a second job is named '${name}', and the operator starts neither`,
        cure: `delete the one that no bundle made: databricks jobs delete ${second.job_id}`,
      });
  }
  return problems;
}

async function lookAtLocations(context: Context): Promise<Problem[]> {
  const { host } = await getWorkspace(context);
  const problems: Problem[] = [];
  for (const { kind, list, name } of listSecurables(context)) {
    if (kind !== 'external_location') continue;
    const path = `/api/2.1/unity-catalog/${list}/${name}`;
    const location = await find(context, { service: 'databricks', host, path }, Location);
    if (location?.enable_file_events)
      problems.push({ what: `Databricks takes the events of '${name}'`, cure: getCall(context, 'jobs') });
  }
  return problems;
}

/** Two environments in one catalog would overwrite each other. */
async function lookAtCatalog(context: Context): Promise<Problem[]> {
  const { host } = await getWorkspace(context);
  const { catalog } = context.environment.databricks;
  const Catalog = z.object({ storage_root: z.string().optional() });
  const path = `/api/2.1/unity-catalog/catalogs/${catalog}`;
  const current = await find(context, { service: 'databricks', host, path }, Catalog);
  const account = new URL(context.environment.control.account).hostname;
  if (current?.storage_root === undefined || current.storage_root.includes(`@${account}/`)) return [];
  const what = `the catalog '${catalog}' keeps its tables in '${current.storage_root}', which is not of this environment`;
  return [{ what, cure: getKey(context, 'databricks.catalog') }];
}

const createCheck = (name: string, why: string, look: Check['look']): Check => ({
  group: 'workspace',
  name,
  why,
  look,
});

export const workspace: readonly Check[] = [
  createCheck('warehouse', 'gates and releases ask it, and it is most of the cost', lookAtWarehouses),
  createCheck('names of jobs', 'the operator finds its jobs by their names', lookAtJobs),
  createCheck('file events', 'the operator has events of its own', lookAtLocations),
  createCheck('owner of the catalog', 'an environment writes to its own tables alone', lookAtCatalog),
];
