import { z } from 'zod';
import { isStorageClosed } from '../../../environments/deployment.ts';
import { type Context, find, tell } from '../context.ts';
import type { Difference, Step } from '../engine.ts';
import { getIdentity, getPrincipal } from '../lookups.ts';
import { requireOwnStores } from '../stores.ts';
import { compareTemplate } from '../template.ts';

/** Namespaces of everything that the templates make. */
const providers = [
  'Microsoft.App',
  'Microsoft.Authorization',
  'Microsoft.Consumption',
  'Microsoft.Databricks',
  'Microsoft.EventGrid',
  'Microsoft.Insights',
  'Microsoft.ManagedIdentity',
  'Microsoft.Network',
  'Microsoft.OperationalInsights',
  'Microsoft.Storage',
  'Microsoft.Web',
];

/** Agents that live in the network of a private environment. */
const agentProviders = ['Microsoft.Compute', 'Microsoft.DevCenter', 'Microsoft.DevOpsInfrastructure'];

export const listProviders = ({ deployment }: Pick<Context, 'deployment'>): readonly string[] =>
  isStorageClosed(deployment) ? [...providers, ...agentProviders] : providers;

const Provider = z.object({ registrationState: z.string() });
const Budget = z.object({ properties: z.object({ timePeriod: z.object({ startDate: z.string() }) }) });

export async function isRegistered(context: Context, provider: string): Promise<boolean> {
  const path = `${context.subscriptionId}/providers/${provider}?api-version=2021-04-01`;
  const state = await find(context, { service: 'azure', path }, Provider);
  return state?.registrationState === 'Registered' || state?.registrationState === 'Registering';
}

async function compareProviders(context: Context): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const provider of listProviders(context)) {
    if (await isRegistered(context, provider)) continue;
    const path = `${context.subscriptionId}/providers/${provider}/register?api-version=2021-04-01`;
    const apply = () => tell(context, { service: 'azure', method: 'POST', path });
    differences.push({ what: `register the provider '${provider}'`, apply });
  }
  return differences;
}

/** A budget keeps the month in which it began, and a new one cannot begin in the past. */
export async function getBudgetStart(context: Context): Promise<string> {
  const path = `${context.subscriptionId}/providers/Microsoft.Consumption/budgets/budget-${context.suffix}?api-version=2024-08-01`;
  const budget = await find(context, { service: 'azure', path }, Budget);
  return budget?.properties.timePeriod.startDate.slice(0, 10) ?? `${context.ports.now().toISOString().slice(0, 7)}-01`;
}

export const foundation: Step = {
  name: 'foundation',
  rights: 'an owner of the subscription',
  summary: 'providers, resource group, budget, and the identities that deploy and plan',
  compare: async (context) => [
    ...(await compareProviders(context)),
    ...(await compareTemplate(context, {
      name: 'foundation',
      scope: 'subscription',
      parameters: { budgetFrom: await getBudgetStart(context) },
    })),
  ],
};

export const infra: Step = {
  name: 'infra',
  rights: 'an owner of the subscription the first time, and of the pipeline later',
  summary: 'network, storage, workspace, app, logs and alerts',
  compare: async (context) => {
    requireOwnStores(context.environment);
    return compareTemplate(context, { name: 'main', scope: 'group', parameters: {} });
  },
};

export const grants: Step = {
  name: 'grants',
  rights: 'an owner of the subscription',
  summary: 'who may do what in Azure',
  // A role assignment is made or taken away, and never modified, whatever a preview shows.
  compare: async (context) =>
    compareTemplate(context, {
      name: 'grants',
      scope: 'group',
      parameters: { principals: await listPrincipals(context) },
      isImmutable: true,
    }),
};

/** An identity that is made anew has another id. By it the assignments are named, so that new ones are made. */
async function listPrincipals(context: Context): Promise<Readonly<Record<string, string>>> {
  const identities: Record<string, string> = {};
  for (const name of ['operator', 'packages', 'pipeline', 'plan'] as const)
    identities[name] = (await getIdentity(context, name)).principalId;
  const { suffix } = context;
  const connector = await getPrincipal(
    context,
    'Microsoft.Databricks/accessConnectors',
    `dbac-${suffix}`,
    '2026-01-01',
  );
  const topicName = `evgt-landing-${suffix}`;
  const topic = await getPrincipal(context, 'Microsoft.EventGrid/systemTopics', topicName, '2025-02-15');
  return { ...identities, connector, topic };
}
