import { z } from 'zod';
import { isStorageClosed } from '../../../environments/deployment.ts';
import { UserError } from '../../user-error.ts';
import { type Context, find, tell } from '../context.ts';
import type { Difference } from '../engine.ts';
import { accountRequest } from './account-request.ts';

const Configurations = z.object({
  items: z.array(z.object({ name: z.string(), network_connectivity_config_id: z.string() })).default([]),
});
const Rules = z.object({
  items: z
    .array(
      z.object({
        rule_id: z.string(),
        resource_id: z.string(),
        group_id: z.string(),
        connection_state: z.string(),
        endpoint_name: z.string().optional(),
      }),
    )
    .default([]),
});
const Connections = z.object({
  value: z.array(
    z.object({
      id: z.string(),
      properties: z.object({ privateLinkServiceConnectionState: z.object({ status: z.string() }) }),
    }),
  ),
});
const Workspace = z.object({ network_connectivity_config_id: z.string().optional() });

export type Rule = z.infer<typeof Rules>['items'][number];

const getAccountName = (address: string) => new URL(address).hostname.split('.')[0];

/** The accounts that serverless compute reads and writes. */
export const listTargets = ({ environment, groupId }: Pick<Context, 'environment' | 'groupId'>) =>
  [environment.landing.account, environment.control.account].map(
    (address) => `${groupId}/providers/Microsoft.Storage/storageAccounts/${getAccountName(address)}`,
  );

export async function findConfiguration(context: Context) {
  const { items } = (await find(context, accountRequest(context, 'network-connectivity-configs'), Configurations)) ?? {
    items: [],
  };
  return items.find(({ name }) => name === context.suffix)?.network_connectivity_config_id;
}

export async function listRules(context: Context, configuration: string): Promise<readonly Rule[]> {
  const request = accountRequest(context, `network-connectivity-configs/${configuration}/private-endpoint-rules`);
  return (await find(context, request, Rules))?.items ?? [];
}

/** Serverless compute runs in the network of Databricks, and reaches closed accounts through private endpoints alone. */
export async function compareConnectivity(context: Context, number: string): Promise<Difference[]> {
  if (!isStorageClosed(context.deployment)) return [];
  const configuration = await findConfiguration(context);
  if (configuration === undefined) {
    const body = { name: context.suffix, region: context.deployment.location };
    const request = accountRequest(context, 'network-connectivity-configs');
    const apply = () => tell(context, { ...request, method: 'POST', body });
    return [{ what: 'create a network connectivity configuration', apply }];
  }
  const rules = await listRules(context, configuration);
  const differences = [
    ...compareRules(context, configuration, rules),
    ...(await compareApprovals(context, rules)),
    ...(await compareAttachment(context, configuration, number)),
  ];
  return differences;
}

const isEstablished = ({ connection_state: state }: Rule) => state === 'ESTABLISHED';

function compareRules(context: Context, configuration: string, rules: readonly Rule[]): Difference[] {
  const request = accountRequest(context, `network-connectivity-configs/${configuration}/private-endpoint-rules`);
  const wanted = listTargets(context).flatMap((target) => ['blob', 'dfs'].map((group) => ({ target, group })));
  return wanted
    .filter(({ group, target }) => !rules.some((rule) => rule.resource_id === target && rule.group_id === group))
    .map(({ group, target }) => ({
      what: `let serverless compute reach '${target.split('/').at(-1)}' (${group})`,
      apply: () => tell(context, { ...request, method: 'POST', body: { resource_id: target, group_id: group } }),
    }));
}

/** Rules are made in the background, and a connection that nobody approves expires after 14 days. */
async function compareApprovals(context: Context, rules: readonly Rule[]): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const target of new Set(rules.filter((rule) => !isEstablished(rule)).map((rule) => rule.resource_id)))
    differences.push({
      what: `approve what Databricks asks of '${target.split('/').at(-1)}'`,
      apply: () => approve(context, target),
    });
  return differences;
}

const maxLooks = 60;
const pauseSeconds = 10;

async function approve(context: Context, target: string): Promise<void> {
  const list = `${target}/privateEndpointConnections?api-version=2025-06-01`;
  for (let look = 0; look < maxLooks; look += 1) {
    const { value } = (await find(context, { service: 'azure', path: list }, Connections)) ?? { value: [] };
    const pending = value.filter(({ properties }) => properties.privateLinkServiceConnectionState.status === 'Pending');
    for (const { id } of pending) {
      const body = {
        properties: {
          privateLinkServiceConnectionState: { status: 'Approved', description: 'Serverless compute of Databricks' },
        },
      };
      await tell(context, { service: 'azure', method: 'PUT', path: `${id}?api-version=2025-06-01`, body });
    }
    const configuration = await findConfiguration(context);
    const rules = configuration === undefined ? [] : await listRules(context, configuration);
    if (rules.filter((rule) => rule.resource_id === target).every(isEstablished)) return;
    await context.ports.wait(pauseSeconds);
  }
  throw new UserError(
    `Databricks has not connected to '${target}' after ${(maxLooks * pauseSeconds) / 60} minutes. Run the step again.`,
  );
}

async function compareAttachment(context: Context, configuration: string, number: string): Promise<Difference[]> {
  const request = accountRequest(context, `workspaces/${number}`);
  const workspace = await find(context, request, Workspace);
  if (workspace?.network_connectivity_config_id === configuration) return [];
  const body = { network_connectivity_config_id: configuration };
  const apply = () => tell(context, { ...request, method: 'PATCH', body });
  return [{ what: 'attach the network connectivity configuration to the workspace', apply }];
}
