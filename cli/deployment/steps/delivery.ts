import { z } from 'zod';
import { type Context, change, find, tell } from '../context.ts';
import type { Difference, Step } from '../engine.ts';
import { getIdentity } from '../lookups.ts';
import { type AzureDevOps, azureDevOps } from './azure-devops.ts';
import { compareChecks } from './checks.ts';

const Endpoint = z.object({
  id: z.string(),
  name: z.string(),
  authorization: z
    .object({
      parameters: z
        .object({
          workloadIdentityFederationIssuer: z.string(),
          workloadIdentityFederationSubject: z.string(),
          serviceprincipalid: z.string().optional(),
        })
        .loose(),
    })
    .loose(),
});
const Endpoints = z.object({ value: z.array(Endpoint) });
const Environments = z.object({ value: z.array(z.object({ id: z.number(), name: z.string() })) });
const Credential = z.object({ properties: z.object({ issuer: z.string(), subject: z.string() }) });
const GitHubEnvironment = z.object({
  name: z.string(),
  deployment_branch_policy: z.object({ protected_branches: z.boolean() }).nullish(),
});

type Delivery = NonNullable<Context['deployment']['delivery']>;
type GitHub = Extract<Delivery, { kind: 'github' }>;

/** Who deploys may change things; who plans only reads. Each has a connection of its own. */
const roles = ['pipeline', 'plan'] as const;
type Role = (typeof roles)[number];

export const getConnectionName = ({ suffix }: Pick<Context, 'suffix'>, role: Role) =>
  role === 'pipeline' ? suffix : `${suffix}-plan`;

export const delivery: Step = {
  name: 'delivery',
  rights: 'an administrator of the DevOps project or of the repository',
  summary: 'connections without a secret, environments, and the checks on both',
  compare: async (context) => {
    const { delivery: wanted } = context.deployment;
    if (wanted === undefined) return [];
    return wanted.kind === 'github' ? compareGitHub(context, wanted) : compareAzureDevOps(context, wanted);
  },
};

export async function findConnection(context: Context, wanted: AzureDevOps, role: Role) {
  const name = getConnectionName(context, role);
  const path = `serviceendpoint/endpoints?endpointNames=${name}&api-version=7.1`;
  return (await find(context, azureDevOps(wanted, path), Endpoints))?.value.find((endpoint) => endpoint.name === name);
}

export async function findEnvironment(context: Context, wanted: AzureDevOps) {
  const request = azureDevOps(wanted, `distributedtask/environments?name=${context.suffix}&api-version=7.1`);
  return (await find(context, request, Environments))?.value.find(({ name }) => name === context.suffix);
}

async function compareAzureDevOps(context: Context, wanted: AzureDevOps): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const role of roles) {
    const connection = await findConnection(context, wanted, role);
    if (connection) {
      const { workloadIdentityFederationIssuer: issuer, workloadIdentityFederationSubject: subject } =
        connection.authorization.parameters;
      differences.push(...(await compareCredential(context, role, { issuer, subject })));
      if (role === 'pipeline')
        differences.push(...(await compareChecks(context, wanted, { type: 'endpoint', id: connection.id })));
    } else
      differences.push({
        what: `create the connection '${getConnectionName(context, role)}'`,
        apply: () => createConnection(context, wanted, role),
      });
  }
  const environment = await findEnvironment(context, wanted);
  if (environment)
    return [
      ...differences,
      ...(await compareChecks(context, wanted, { type: 'environment', id: String(environment.id) })),
    ];
  const request = azureDevOps(wanted, 'distributedtask/environments?api-version=7.1');
  const body = { name: context.suffix, description: `Deployments to '${context.environment.name}'.` };
  const apply = () => tell(context, { ...request, method: 'POST', body });
  return [...differences, { what: `create the environment '${context.suffix}'`, apply }];
}

async function createConnection(context: Context, wanted: AzureDevOps, role: Role): Promise<void> {
  const { clientId } = await getIdentity(context, role);
  const { subscription, tenant } = context.ports.account;
  const name = getConnectionName(context, role);
  const request = azureDevOps({ ...wanted, project: '' }, 'serviceendpoint/endpoints?api-version=7.1');
  const body = {
    name,
    type: 'azurerm',
    url: 'https://management.azure.com/',
    authorization: {
      scheme: 'WorkloadIdentityFederation',
      parameters: { tenantid: tenant, serviceprincipalid: clientId },
    },
    data: {
      subscriptionId: subscription,
      subscriptionName: subscription,
      environment: 'AzureCloud',
      creationMode: 'Manual',
    },
    serviceEndpointProjectReferences: [{ name, projectReference: { name: wanted.project } }],
  };
  await change(context, { ...request, method: 'POST', body }, Endpoint);
}

/** Issuer and subject as the other side says them: nobody copies an id. */
async function compareCredential(
  context: Context,
  role: Role,
  { issuer, subject }: { readonly issuer: string; readonly subject: string },
): Promise<Difference[]> {
  await getIdentity(context, role);
  const identity = `${context.groupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-${role}-${context.suffix}`;
  const path = `${identity}/federatedIdentityCredentials/delivery?api-version=2024-11-30`;
  const current = (await find(context, { service: 'azure', path }, Credential))?.properties;
  if (current?.issuer === issuer && current.subject === subject) return [];
  const body = { properties: { issuer, subject, audiences: ['api://AzureADTokenExchange'] } };
  const apply = () => tell(context, { service: 'azure', method: 'PUT', path, body });
  return [{ what: `let '${getConnectionName(context, role)}' sign in as 'id-${role}-${context.suffix}'`, apply }];
}

async function compareGitHub(context: Context, wanted: GitHub): Promise<Difference[]> {
  const issuer = 'https://token.actions.githubusercontent.com';
  const differences: Difference[] = [];
  for (const role of roles) {
    const name = getConnectionName(context, role);
    const subject = `repo:${wanted.repository}:environment:${name}`;
    differences.push(...(await compareCredential(context, role, { issuer, subject })));
    const request = { service: 'github' as const, path: `/repos/${wanted.repository}/environments/${name}` };
    const current = await find(context, request, GitHubEnvironment);
    const isProtected = role === 'plan' || current?.deployment_branch_policy?.protected_branches === true;
    if (current && isProtected) continue;
    const policy = role === 'plan' ? null : { protected_branches: true, custom_branch_policies: false };
    const apply = () => tell(context, { ...request, method: 'PUT', body: { deployment_branch_policy: policy } });
    differences.push({ what: `create the environment '${name}' at GitHub, for protected branches alone`, apply });
  }
  return differences;
}
