import { z } from 'zod';
import { isStorageClosed } from '../../../environments/deployment.ts';
import { type Context, change, find } from '../../deployment/context.ts';
import { findWorkspace } from '../../deployment/lookups.ts';
import { type Check, getCall, getKey, type Problem } from '../check.ts';

const Regions = z.object({
  value: z.array(z.object({ name: z.string(), properties: z.object({ orgDomain: z.string().nullish() }).optional() })),
});
const Availability = z.object({ nameAvailable: z.boolean(), reason: z.string().nullish() });
const Topics = z.object({
  value: z.array(z.object({ name: z.string(), properties: z.object({ source: z.string() }) })),
});
const Rules = z.object({
  value: z.array(z.object({ name: z.string(), properties: z.object({ enabled: z.boolean() }) })),
});
const Peering = z.object({
  properties: z.object({ peeringState: z.string(), useRemoteGateways: z.boolean().default(false) }),
});
const Thing = z.unknown();

const getAccountName = (address: string) => new URL(address).hostname.split('.')[0] ?? '';

async function lookAtRegion(context: Context): Promise<Problem[]> {
  const { app, location } = context.deployment;
  const path = `${context.subscriptionId}/providers/Microsoft.Web/geoRegions?sku=FlexConsumption&api-version=2025-03-01`;
  const { value } = (await find(context, { service: 'azure', path }, Regions)) ?? { value: [] };
  const region = value.find(({ name }) => name.toLowerCase().replaceAll(' ', '') === location);
  if (!region)
    return [
      { what: `Functions has no Flex Consumption in '${location}'`, cure: getKey(context, 'deployment.location') },
    ];
  const hasZones = region.properties?.orgDomain?.includes('FCZONEREDUNDANCY') === true;
  if (!app.isZoneRedundant || hasZones) return [];
  const cure = getKey(context, 'deployment.app.isZoneRedundant');
  return [{ what: `Functions has no zones in '${location}'`, cure }];
}

/** Names of accounts are unique in the world. */
async function lookAtNames(context: Context): Promise<Problem[]> {
  const { control, landing, stateTable } = context.environment;
  const problems: Problem[] = [];
  for (const [key, { account }] of Object.entries({ landing, control, stateTable })) {
    const name = getAccountName(account);
    const own = `${context.groupId}/providers/Microsoft.Storage/storageAccounts/${name}?api-version=2025-06-01`;
    if (await find(context, { service: 'azure', path: own }, Thing)) continue;
    const path = `${context.subscriptionId}/providers/Microsoft.Storage/checkNameAvailability?api-version=2025-06-01`;
    const body = { name, type: 'Microsoft.Storage/storageAccounts' };
    const answer = await change(context, { service: 'azure', method: 'POST', path, body }, Availability);
    if (!answer.nameAvailable)
      problems.push({ what: `the name '${name}' is taken by somebody else`, cure: getKey(context, `${key}.account`) });
  }
  return problems;
}

async function lookAtTopics(context: Context): Promise<Problem[]> {
  const account = getAccountName(context.environment.landing.account);
  const path = `${context.subscriptionId}/providers/Microsoft.EventGrid/systemTopics?api-version=2025-02-15`;
  const { value } = (await find(context, { service: 'azure', path }, Topics)) ?? { value: [] };
  return value
    .filter(({ properties }) => properties.source.endsWith(`/storageAccounts/${account}`))
    .filter(({ name }) => name !== `evgt-landing-${context.suffix}`)
    .map(({ name }) => ({
      what: `the topic '${name}' takes events of '${account}', which may have one topic only`,
      cure: `az eventgrid system-topic delete --name ${name} --resource-group GROUP, or ask who made it`,
    }));
}

async function lookAtAlerts(context: Context): Promise<Problem[]> {
  const path = `${context.groupId}/providers/Microsoft.Insights/scheduledQueryRules?api-version=2023-12-01`;
  const { value } = (await find(context, { service: 'azure', path }, Rules)) ?? { value: [] };
  return value
    .filter(({ properties }) => !properties.enabled)
    .map(({ name }) => ({ what: `the alert '${name}' is switched off`, cure: getCall(context, 'infra') }));
}

async function lookAtWorkspace(context: Context): Promise<Problem[]> {
  const workspace = await findWorkspace(context);
  if (!workspace) {
    const { workspace: owned } = context.deployment;
    if (owned === undefined) return [{ what: 'there is no workspace', cure: getCall(context, 'infra') }];
    return [
      { what: `there is no workspace '${owned.resourceId}'`, cure: getKey(context, 'deployment.workspace.resourceId') },
    ];
  }
  const problems: Problem[] = [];
  if (workspace.sku?.name !== 'premium')
    problems.push({
      what: `the workspace is '${workspace.sku?.name}', and Unity Catalog needs 'premium'`,
      cure: `az databricks workspace update --ids ${workspace.id} --sku premium`,
    });
  if (workspace.properties.defaultStorageFirewall === 'Enabled' && !isStorageClosed(context.deployment))
    problems.push({
      what: "the workspace's own storage is closed, so large results and streams would not reach it",
      cure: getKey(context, 'deployment.reach'),
    });
  return problems;
}

/** Each of the two networks has its half, and the other half is made by whoever owns the other network. */
async function lookAtPeerings(context: Context): Promise<Problem[]> {
  const network = `${context.groupId}/providers/Microsoft.Network/virtualNetworks/vnet-${context.suffix}`;
  const problems: Problem[] = [];
  for (const { networkId, usesGateway } of context.deployment.peerings ?? []) {
    const name = networkId.split('/').at(-1);
    const path = `${network}/virtualNetworkPeerings/${name}?api-version=2025-05-01`;
    const half = (await find(context, { service: 'azure', path }, Peering))?.properties;
    // A preview of the step 'grants' passes over what was only modified.
    if (half && half.useRemoteGateways !== usesGateway)
      problems.push({
        what: `the peering with '${name}' uses its gateway: ${half.useRemoteGateways}`,
        cure: `az network vnet peering update --resource-group ${context.group} --vnet-name vnet-${context.suffix} --name ${name} --set useRemoteGateways=${usesGateway}, by an owner of the subscription`,
      });
    if (half?.peeringState === 'Connected') continue;
    const [, , subscription, , group] = networkId.split('/');
    const transit = usesGateway ? ' --allow-gateway-transit' : '';
    const place = `--subscription ${subscription} --resource-group ${group} --vnet-name ${name}`;
    const otherHalf = `az network vnet peering create --name vnet-${context.suffix} ${place} --remote-vnet ${network} --allow-vnet-access --allow-forwarded-traffic${transit}`;
    problems.push({
      what: `the peering with '${name}' is ${half?.peeringState ?? 'not there'}`,
      cure: half === undefined ? getCall(context, 'grants') : `${otherHalf}, by whoever owns '${name}'`,
    });
  }
  return problems;
}

const createCheck = (name: string, why: string, look: Check['look']): Check => ({ group: 'azure', name, why, look });

export const azure: readonly Check[] = [
  createCheck('region', 'not every region has every service', lookAtRegion),
  createCheck('names of accounts', 'a deployment stops at a name that is taken', lookAtNames),
  createCheck('topics', 'another topic on the account would be refused, or take our events', lookAtTopics),
  createCheck('alerts', 'a rule that fails for a week is switched off, and then nobody is told', lookAtAlerts),
  createCheck('peerings', 'nobody comes through a network that is joined by half', lookAtPeerings),
  createCheck('workspace', 'catalog and grants need Unity Catalog', lookAtWorkspace),
];
