import { z } from 'zod';
import { type Context, find, NotYetError, tell } from '../context.ts';
import type { Difference, Step } from '../engine.ts';
import { getIdentity, getWorkspace } from '../lookups.ts';
import { accountRequest } from './account-request.ts';
import { compareConnectivity } from './connectivity.ts';

const Groups = z.object({
  Resources: z
    .array(
      z.object({
        id: z.string(),
        displayName: z.string(),
        members: z.array(z.object({ value: z.string() })).default([]),
      }),
    )
    .default([]),
});
const Principals = z.object({
  Resources: z.array(z.object({ id: z.string(), applicationId: z.string() })).default([]),
});
const Assignment = z.object({ metastore_assignment: z.object({ metastore_id: z.string() }) });
const Privileges = z.object({
  privilege_assignments: z.array(z.object({ principal: z.string(), privileges: z.array(z.string()) })).default([]),
});

const wantedPrivileges = ['CREATE_CATALOG', 'CREATE_EXTERNAL_LOCATION', 'CREATE_STORAGE_CREDENTIAL'];

export const account: Step = {
  name: 'account',
  rights: 'an admin of the Databricks account and of its metastore',
  summary: 'groups and their members, metastore privileges, and the network of serverless compute',
  async compare(context) {
    const { host, number } = await getWorkspace(context);
    return [
      ...(await compareGroups(context)),
      ...(await comparePrivileges(context, host, number)),
      ...(await compareConnectivity(context, number)),
    ];
  },
};

/** Who is in which group: the pipeline gives views to the operators, which only a member may do. */
async function listMembers(context: Context) {
  const { databricks } = context.environment;
  const { clientId: operator } = await getIdentity(context, 'operator');
  const { clientId: pipeline } = await getIdentity(context, 'pipeline');
  const { clientId: jobs } = await getIdentity(context, 'jobs');
  const members: Record<string, string[]> = {
    [databricks.groups.operators]: [operator, pipeline],
    [databricks.groups.jobs]: [jobs],
    [databricks.groups.readers]: [],
    [databricks.groups.privacy]: [],
    [databricks.groups.engineers]: [],
  };
  if (context.deployment.verify === 'integration') {
    // It compares rows without masks.
    const { clientId: tester } = await getIdentity(context, 'tester');
    members[databricks.groups.readers]?.push(tester);
    members[databricks.groups.privacy]?.push(tester);
  }
  return members;
}

async function findPrincipal(context: Context, applicationId: string) {
  const filter = encodeURIComponent(`applicationId eq "${applicationId}"`);
  const request = accountRequest(context, `scim/v2/ServicePrincipals?filter=${filter}`);
  return (await find(context, request, Principals))?.Resources.find((entry) => entry.applicationId === applicationId);
}

export async function findGroup(context: Context, name: string) {
  const filter = encodeURIComponent(`displayName eq "${name}"`);
  const request = accountRequest(context, `scim/v2/Groups?filter=${filter}`);
  return (await find(context, request, Groups))?.Resources.find(({ displayName }) => displayName === name);
}

async function compareGroups(context: Context): Promise<Difference[]> {
  const differences: Difference[] = [];
  const members = await listMembers(context);
  const principals = new Map<string, string>();
  for (const applicationId of new Set(Object.values(members).flat())) {
    const principal = await findPrincipal(context, applicationId);
    if (principal) principals.set(applicationId, principal.id);
    else {
      const body = { applicationId, displayName: `${context.suffix} ${applicationId.slice(0, 8)}` };
      const request = accountRequest(context, 'scim/v2/ServicePrincipals');
      const apply = () => tell(context, { ...request, method: 'POST', body });
      differences.push({ what: `tell the account of the service principal '${applicationId}'`, apply });
    }
  }
  for (const [name, applicationIds] of Object.entries(members)) {
    const group = await findGroup(context, name);
    if (!group) {
      const request = accountRequest(context, 'scim/v2/Groups');
      const apply = () => tell(context, { ...request, method: 'POST', body: { displayName: name } });
      differences.push({ what: `create the group '${name}'`, apply });
      continue;
    }
    const missing = applicationIds
      .map((applicationId) => principals.get(applicationId))
      .filter((id) => id !== undefined && !group.members.some(({ value }) => value === id));
    if (missing.length === 0) continue;
    const body = { Operations: [{ op: 'add', value: { members: missing.map((value) => ({ value })) } }] };
    const request = accountRequest(context, `scim/v2/Groups/${group.id}`);
    const apply = () => tell(context, { ...request, method: 'PATCH', body });
    differences.push({ what: `add ${missing.length} members to the group '${name}'`, apply });
  }
  // Members are added when both sides are there.
  return differences;
}

export async function findMetastore(context: Context, number: string): Promise<string | undefined> {
  const assignment = await find(context, accountRequest(context, `workspaces/${number}/metastore`), Assignment);
  return assignment?.metastore_assignment.metastore_id;
}

async function comparePrivileges(context: Context, host: string, number: string): Promise<Difference[]> {
  const metastore = await findMetastore(context, number);
  if (metastore === undefined)
    throw new NotYetError(
      `The workspace '${number}' has no metastore. An account admin assigns one in the account console.`,
    );
  const { clientId: principal } = await getIdentity(context, 'pipeline');
  const request = {
    service: 'databricks' as const,
    host,
    path: `/api/2.1/unity-catalog/permissions/metastore/${metastore}`,
  };
  const privileges = (await find(context, request, Privileges))?.privilege_assignments ?? [];
  const current = privileges.filter((entry) => entry.principal === principal).flatMap((entry) => entry.privileges);
  const missing = wantedPrivileges.filter((privilege) => !current.includes(privilege));
  if (missing.length === 0) return [];
  const body = { changes: [{ principal, add: missing }] };
  const apply = () => tell(context, { ...request, method: 'PATCH', body });
  return [{ what: `let the pipeline use ${missing.join(', ')} on the metastore`, apply }];
}
