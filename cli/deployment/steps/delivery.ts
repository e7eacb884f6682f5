import { z } from 'zod';
import { type Context, change, find, tell } from '../context.ts';
import type { Difference, Step } from '../engine.ts';
import { getIdentity } from '../lookups.ts';
import { type AzureDevOps, azureDevOps } from './azure-devops.ts';
import { compareChecks } from './checks.ts';
import { compareCredential, getConnectionName, type Role, roles } from './credential.ts';
import { compareGitHub } from './github.ts';

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
