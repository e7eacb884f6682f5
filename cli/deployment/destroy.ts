import { z } from 'zod';
import { isStorageClosed } from '../../environments/deployment.ts';
import { UserError } from '../user-error.ts';
import { type Context, find, tell } from './context.ts';
import type { Difference, Step } from './engine.ts';
import { findApplication, findWorkspace, listWarehouses } from './lookups.ts';
import type { Request } from './ports.ts';
import { findGroup } from './steps/account.ts';
import { accountRequest } from './steps/account-request.ts';
import { azureDevOps } from './steps/azure-devops.ts';
import { listSecurables } from './steps/bindings.ts';
import { findConfiguration, listRules } from './steps/connectivity.ts';
import { findConnection, findEnvironment } from './steps/delivery.ts';
import { integrationJob } from './steps/verify.ts';

const Schemas = z.object({ schemas: z.array(z.object({ name: z.string() })).default([]) });
const Jobs = z.object({ jobs: z.array(z.object({ job_id: z.number() })).default([]) });
const Thing = z.unknown();

/** Schemas that hold no rows. */
const emptySchemas = ['default', 'files', 'information_schema'];

const createDeletion = (context: Context, what: string, request: Omit<Request, 'method'>): Difference => ({
  what: `delete ${what}`,
  apply: () => tell(context, { ...request, method: 'DELETE' }),
});

/** Takes an environment down, and leaves nothing behind that a new one of its name would meet. */
export const createDestroySteps = (withData: string | undefined): readonly Step[] => [
  {
    name: 'data',
    rights: 'the pipeline',
    summary: 'refuses where the catalog holds data, unless that is said',
    compare: (context) => requireNoData(context, withData),
  },
  { name: 'jobs', rights: 'the pipeline', summary: 'jobs and warehouse', compare: compareJobs },
  {
    name: 'lakehouse',
    rights: 'the owner of the catalog',
    summary: 'catalog, locations, credential',
    compare: compareLakehouse,
  },
  {
    name: 'directory',
    rights: 'an application administrator of the directory',
    summary: 'app registration',
    compare: compareDirectory,
  },
  {
    name: 'delivery',
    rights: 'an administrator of the DevOps project',
    summary: 'connections and environments',
    compare: compareDelivery,
  },
  {
    name: 'account',
    rights: 'an admin of the Databricks account',
    summary: 'groups and network of serverless compute',
    compare: compareAccount,
  },
  {
    name: 'group',
    rights: 'an owner of the subscription',
    summary: 'everything in the resource group, and its budget',
    compare: compareGroup,
  },
];

async function requireNoData(context: Context, withData: string | undefined): Promise<Difference[]> {
  const { databricks, name } = context.environment;
  const workspace = await findWorkspace(context);
  if (!workspace || withData === name) return [];
  const request = {
    service: 'databricks' as const,
    host: workspace.properties.workspaceUrl,
    path: `/api/2.1/unity-catalog/schemas?catalog_name=${databricks.catalog}`,
  };
  const { schemas } = (await find(context, request, Schemas)) ?? { schemas: [] };
  const full = schemas.map((schema) => schema.name).filter((schema) => !emptySchemas.includes(schema));
  if (full.length === 0) return [];
  throw new UserError(
    `Nothing was deleted, since the catalog '${databricks.catalog}' holds the schemas ${full.join(', ')}. To lose them for ever, add: --with-data ${name}`,
  );
}

async function compareJobs(context: Context): Promise<Difference[]> {
  const workspace = await findWorkspace(context);
  if (!workspace) return [];
  const host = workspace.properties.workspaceUrl;
  const differences: Difference[] = [];
  const names = [...Object.values(context.environment.databricks.jobs), 'medallion-maintenance', integrationJob];
  for (const name of names) {
    const list = { service: 'databricks' as const, host, path: `/api/2.2/jobs/list?name=${name}` };
    const { jobs } = (await find(context, list, Jobs)) ?? { jobs: [] };
    for (const { job_id: id } of jobs) {
      const request = { ...list, path: '/api/2.2/jobs/delete', method: 'POST' as const, body: { job_id: id } };
      differences.push({ what: `delete the job '${name}'`, apply: () => tell(context, request) });
    }
  }
  for (const { id, name } of await listWarehouses(context, host)) {
    const request = { service: 'databricks' as const, host, path: `/api/2.0/sql/warehouses/${id}` };
    differences.push(createDeletion(context, `the warehouse '${name}'`, request));
  }
  return differences;
}

/** Before the workspace, without which nobody could reach them any more. */
async function compareLakehouse(context: Context): Promise<Difference[]> {
  const workspace = await findWorkspace(context);
  if (!workspace) return [];
  const host = workspace.properties.workspaceUrl;
  const [catalog, credential, ...locations] = listSecurables(context);
  const differences: Difference[] = [];
  // A credential is in use as long as there is a location.
  for (const securable of [catalog, ...locations, credential]) {
    if (!securable) continue;
    const path = `/api/2.1/unity-catalog/${securable.list}/${securable.name}`;
    const request = { service: 'databricks' as const, host, path };
    if ((await find(context, request, Thing)) === undefined) continue;
    const what = `the ${securable.kind.replace('_', ' ')} '${securable.name}'`;
    differences.push(createDeletion(context, what, { ...request, path: `${path}?force=true` }));
  }
  return differences;
}

async function compareDirectory(context: Context): Promise<Difference[]> {
  const application = await findApplication(context);
  const differences: Difference[] = [];
  if (application) {
    const request = { service: 'graph' as const, path: `/v1.0/applications/${application.id}` };
    differences.push(createDeletion(context, `the app registration '${context.suffix}-api'`, request));
  }
  return differences;
}

async function compareDelivery(context: Context): Promise<Difference[]> {
  const { delivery } = context.deployment;
  if (delivery?.kind !== 'azure-devops') return [];
  const differences: Difference[] = [];
  for (const role of ['pipeline', 'plan'] as const) {
    const connection = await findConnection(context, delivery, role);
    if (!connection) continue;
    const path = `serviceendpoint/endpoints/${connection.id}?api-version=7.1`;
    differences.push(createDeletion(context, `the connection '${connection.name}'`, azureDevOps(delivery, path)));
  }
  const environment = await findEnvironment(context, delivery);
  if (!environment) return differences;
  const path = `distributedtask/environments/${environment.id}?api-version=7.1`;
  return [
    ...differences,
    createDeletion(context, `the environment '${environment.name}'`, azureDevOps(delivery, path)),
  ];
}

async function compareAccount(context: Context): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const name of Object.values(context.environment.databricks.groups)) {
    const group = await findGroup(context, name);
    if (group)
      differences.push(
        createDeletion(context, `the group '${name}'`, accountRequest(context, `scim/v2/Groups/${group.id}`)),
      );
  }
  const configuration = isStorageClosed(context.deployment) ? await findConfiguration(context) : undefined;
  if (configuration === undefined) return differences;
  const place = `network-connectivity-configs/${configuration}`;
  for (const rule of await listRules(context, configuration)) {
    const request = accountRequest(context, `${place}/private-endpoint-rules/${rule.rule_id}`);
    differences.push(
      createDeletion(context, `the way to '${rule.resource_id.split('/').at(-1)}' (${rule.group_id})`, request),
    );
  }
  return [
    ...differences,
    createDeletion(context, 'the network connectivity configuration', accountRequest(context, place)),
  ];
}

const maxLooks = 240;
const pauseSeconds = 15;

async function compareGroup(context: Context): Promise<Difference[]> {
  const group = { service: 'azure' as const, path: `${context.groupId}?api-version=2025-04-01` };
  const path = `${context.subscriptionId}/providers/Microsoft.Consumption/budgets/budget-${context.suffix}?api-version=2024-08-01`;
  const budget = { service: 'azure' as const, path };
  const differences: Difference[] = [];
  if (await find(context, budget, Thing)) differences.push(createDeletion(context, 'the budget', budget));
  if ((await find(context, group, Thing)) === undefined) return differences;
  const apply = async () => {
    await tell(context, { ...group, method: 'DELETE' });
    for (let look = 0; look < maxLooks && (await find(context, group, Thing)); look += 1)
      await context.ports.wait(pauseSeconds);
  };
  return [...differences, { what: `delete the resource group '${context.group}'`, apply }];
}
