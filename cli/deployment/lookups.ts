import { z } from 'zod';
import { type Context, find, NotYetError } from './context.ts';
import type { WorkspaceIds } from './ports.ts';

const Identity = z.object({ properties: z.object({ clientId: z.string(), principalId: z.string() }) });
const Acting = z.object({ identity: z.object({ principalId: z.string() }) });
const Site = z.object({
  properties: z.object({ defaultHostName: z.string(), hostNames: z.array(z.string()).optional() }),
});
const Workspace = z.object({
  id: z.string(),
  properties: z.object({
    workspaceUrl: z.string(),
    workspaceId: z.string(),
    provisioningState: z.string().optional(),
    defaultStorageFirewall: z.string().optional(),
  }),
  sku: z.object({ name: z.string() }).optional(),
});
const Warehouses = z.object({
  warehouses: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        auto_stop_mins: z.number().optional(),
        cluster_size: z.string().optional(),
      }),
    )
    .default([]),
});
const Application = z.object({ id: z.string(), appId: z.string() });

export const warehouseName = 'medallion-gates';

type IdentityName = 'operator' | 'packages' | 'jobs' | 'tester' | 'pipeline' | 'plan';

export async function getIdentity(context: Context, name: IdentityName) {
  const path = `${context.groupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-${name}-${context.suffix}?api-version=2024-11-30`;
  const identity = await find(context, { service: 'azure', path }, Identity);
  if (!identity) throw new NotYetError(`The identity 'id-${name}-${context.suffix}' is not there yet.`);
  return identity.properties;
}

/** The object id of what acts by an identity of its own, which goes and comes with it. */
export async function getPrincipal(context: Context, type: string, name: string, version: string): Promise<string> {
  const path = `${context.groupId}/providers/${type}/${name}?api-version=${version}`;
  const resource = await find(context, { service: 'azure', path }, Acting);
  if (!resource) throw new NotYetError(`'${name}' is not there yet.`);
  return resource.identity.principalId;
}

/** By the raw resource: what Azure CLI prints of an app differs from plan to plan. */
export async function findAppHost(context: Context): Promise<string | undefined> {
  const path = `${context.groupId}/providers/Microsoft.Web/sites/func-${context.suffix}?api-version=2025-03-01`;
  return (await find(context, { service: 'azure', path }, Site))?.properties.defaultHostName;
}

export async function getAppHost(context: Context): Promise<string> {
  const host = await findAppHost(context);
  if (host === undefined) throw new NotYetError(`The app 'func-${context.suffix}' is not there yet.`);
  return host;
}

export async function findWorkspace(context: Context) {
  const made = `${context.groupId}/providers/Microsoft.Databricks/workspaces/dbw-${context.suffix}`;
  const id = context.deployment.workspace?.resourceId ?? made;
  return find(context, { service: 'azure', path: `${id}?api-version=2026-01-01` }, Workspace);
}

/** Where the workspace answers, and its number in the account. */
export async function getWorkspace(context: Context) {
  const workspace = await findWorkspace(context);
  if (!workspace) throw new NotYetError(`The workspace of '${context.environment.name}' is not there yet.`);
  const { workspaceId, workspaceUrl } = workspace.properties;
  return { resourceId: workspace.id, number: workspaceId, host: workspaceUrl, url: `https://${workspaceUrl}` };
}

export async function listWarehouses(context: Context, host: string) {
  const request = { service: 'databricks', host, path: '/api/2.0/sql/warehouses' } as const;
  const { warehouses } = (await find(context, request, Warehouses)) ?? { warehouses: [] };
  return warehouses.filter(({ name }) => name === warehouseName);
}

/** The workspace as the programs need it. The bundle makes the warehouse, so at first there is none. */
export async function getWorkspaceIds(context: Context): Promise<WorkspaceIds> {
  const { host, resourceId, url } = await getWorkspace(context);
  const [warehouse] = await listWarehouses(context, host);
  return { url, resourceId, ...(warehouse ? { warehouseId: warehouse.id } : {}) };
}

/** The app registration that stands for the API, by a name that nobody else can take. */
export async function findApplication(context: Context) {
  const path = `/v1.0/applications(uniqueName='${context.suffix}-api')`;
  return find(context, { service: 'graph', path }, Application);
}

const SignIn = z.object({
  properties: z.object({
    identityProviders: z
      .object({
        azureActiveDirectory: z
          .object({ registration: z.object({ clientId: z.string().nullish() }).nullish() })
          .nullish(),
      })
      .nullish(),
  }),
});

/** As the app has it already; the pipeline may not look into the directory. At first it is asked there. */
export async function getApplicationId(context: Context): Promise<string> {
  const site = `${context.groupId}/providers/Microsoft.Web/sites/func-${context.suffix}`;
  const request = { service: 'azure', path: `${site}/config/authsettingsV2/list?api-version=2025-03-01` } as const;
  const signIn = await find(context, request, SignIn);
  const configured = signIn?.properties.identityProviders?.azureActiveDirectory?.registration?.clientId;
  if (configured) return configured;
  const application = await findApplication(context);
  if (!application) throw new NotYetError(`The app registration '${context.suffix}-api' is not there yet.`);
  return application.appId;
}
