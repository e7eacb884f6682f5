import { z } from 'zod';
import { type Context, find, tell } from '../context.ts';
import type { Difference, Step } from '../engine.ts';
import { getIdentity, getWorkspace } from '../lookups.ts';
import type { Request } from '../ports.ts';
import { compareAccessList } from './access-list.ts';

const Principals = z.object({ Resources: z.array(z.object({ applicationId: z.string() })).default([]) });
const GrantRule = z.object({ role: z.string(), principals: z.array(z.string()).default([]) });
const RuleSet = z.object({ name: z.string(), etag: z.string(), grant_rules: z.array(GrantRule).default([]) });
const Credential = z.object({ name: z.string() });

export const lakehouse: Step = {
  name: 'lakehouse',
  rights: 'the pipeline',
  summary:
    'addresses that reach the workspace, its service principals, the right to run as them, and the storage credential',
  async compare(context) {
    const { host } = await getWorkspace(context);
    return [
      ...(await compareAccessList(context, host)),
      ...(await comparePrincipals(context, host)),
      ...(await compareRuleSets(context, host)),
      ...(await compareCredential(context, host)),
    ];
  },
};

const databricks = (host: string, path: string) => ({ service: 'databricks' as const, host, path });

/** Who acts in the workspace, by the name that people see. */
async function listActors(context: Context) {
  const names =
    context.deployment.verify === 'integration'
      ? (['operator', 'jobs', 'tester'] as const)
      : (['operator', 'jobs'] as const);
  const actors: { name: (typeof names)[number]; applicationId: string }[] = [];
  for (const name of names) actors.push({ name, applicationId: (await getIdentity(context, name)).clientId });
  return actors;
}

async function comparePrincipals(context: Context, host: string): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const { applicationId, name } of await listActors(context)) {
    const path = '/api/2.0/preview/scim/v2/ServicePrincipals';
    const filter = encodeURIComponent(`applicationId eq "${applicationId}"`);
    const answer = await find(context, databricks(host, `${path}?filter=${filter}`), Principals);
    if (answer?.Resources.some((entry) => entry.applicationId === applicationId)) continue;
    const body = { applicationId, displayName: `${context.suffix}-${name}`, active: true };
    const apply = () => tell(context, { ...databricks(host, path), method: 'POST', body });
    differences.push({ what: `add the service principal '${context.suffix}-${name}' to the workspace`, apply });
  }
  return differences;
}

/** Jobs run as somebody else than the deployer, who needs the right to say so. */
async function compareRuleSets(context: Context, host: string): Promise<Difference[]> {
  const { clientId } = await getIdentity(context, 'pipeline');
  const principal = `servicePrincipals/${clientId}`;
  const differences: Difference[] = [];
  for (const { applicationId, name } of await listActors(context)) {
    if (name === 'operator') continue;
    const rules = await readRuleSet(context, host, applicationId);
    if (isUser(rules, principal)) continue;
    const apply = () => addUser(context, host, applicationId, principal);
    differences.push({ what: `let the pipeline run jobs as '${context.suffix}-${name}'`, apply });
  }
  return differences;
}

const path = '/api/2.0/preview/accounts/access-control/rule-sets';
const role = 'roles/servicePrincipal.user';

const isUser = (rules: z.infer<typeof RuleSet> | undefined, principal: string) =>
  rules?.grant_rules.some((rule) => rule.role === role && rule.principals.includes(principal)) === true;

const getRuleSetName = ({ databricksAccount = '' }: Context, applicationId: string) =>
  `accounts/${databricksAccount}/servicePrincipals/${applicationId}/ruleSets/default`;

const readRuleSet = (context: Context, host: string, applicationId: string) => {
  const query = new URLSearchParams({ name: getRuleSetName(context, applicationId), etag: '' });
  return find(context, databricks(host, `${path}?${query}`), RuleSet);
};

const maxWriters = 5;

/** A write replaces the whole set, so it begins with what is there, and is refused if somebody else was faster. */
async function addUser(context: Context, host: string, applicationId: string, principal: string): Promise<void> {
  for (let turn = 1; ; turn += 1) {
    const current = await readRuleSet(context, host, applicationId);
    if (isUser(current, principal)) return;
    const name = getRuleSetName(context, applicationId);
    const rules = [...(current?.grant_rules ?? []), { role, principals: [principal] }];
    const body = { name, rule_set: { name, etag: current?.etag ?? '', grant_rules: rules } };
    const request: Request = { ...databricks(host, path), method: 'PUT', body };
    const answer = await context.ports.send(request);
    if (answer.status === 409 && turn < maxWriters) continue;
    return tell({ ports: { ...context.ports, send: async () => answer } }, request);
  }
}

async function compareCredential(context: Context, host: string): Promise<Difference[]> {
  const list = '/api/2.1/unity-catalog/storage-credentials';
  if (await find(context, databricks(host, `${list}/${context.suffix}`), Credential)) return [];
  const connector = `${context.groupId}/providers/Microsoft.Databricks/accessConnectors/dbac-${context.suffix}`;
  const body = {
    name: context.suffix,
    comment: `Reaches the storage of '${context.environment.name}'.`,
    azure_managed_identity: { access_connector_id: connector },
  };
  const apply = () => tell(context, { ...databricks(host, list), method: 'POST', body });
  return [{ what: `create the storage credential '${context.suffix}'`, apply }];
}
