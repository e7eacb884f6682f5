import { z } from 'zod';
import { type Context, find, tell } from '../context.ts';
import type { Difference } from '../engine.ts';
import { getIdentity } from '../lookups.ts';
import { compareCredential, getConnectionName, type Role, roles } from './credential.ts';

type GitHub = Extract<NonNullable<Context['deployment']['delivery']>, { kind: 'github' }>;

const GitHubEnvironment = z.object({
  name: z.string(),
  deployment_branch_policy: z.object({ protected_branches: z.boolean() }).nullish(),
});
const Variable = z.object({ name: z.string(), value: z.string() });

const issuer = 'https://token.actions.githubusercontent.com';

/** An environment is the subject of a sign-in, so its protection is the protection of the identity. */
export async function compareGitHub(context: Context, wanted: GitHub): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const role of roles) {
    const name = getConnectionName(context, role);
    const subject = `repo:${wanted.repository}:environment:${name}`;
    differences.push(...(await compareCredential(context, role, { issuer, subject })));
    const place = { service: 'github' as const, path: `/repos/${wanted.repository}/environments/${name}` };
    const current = await find(context, place, GitHubEnvironment);
    const isProtected = role === 'plan' || current?.deployment_branch_policy?.protected_branches === true;
    if (current && isProtected) {
      differences.push(...(await compareVariables(context, role, place.path)));
      continue;
    }
    const policy = role === 'plan' ? null : { protected_branches: true, custom_branch_policies: false };
    const apply = () => tell(context, { ...place, method: 'PUT', body: { deployment_branch_policy: policy } });
    differences.push({ what: `create the environment '${name}' at GitHub, for protected branches alone`, apply });
  }
  return differences;
}

/** Ids that the sign-in of a workflow asks for. None of them is a secret. */
async function compareVariables(context: Context, role: Role, place: string): Promise<Difference[]> {
  const { subscription, tenant } = context.ports.account;
  const { clientId } = await getIdentity(context, role);
  const wanted = { AZURE_CLIENT_ID: clientId, AZURE_TENANT_ID: tenant, AZURE_SUBSCRIPTION_ID: subscription };
  const differences: Difference[] = [];
  for (const [name, value] of Object.entries(wanted)) {
    const request = { service: 'github' as const, path: `${place}/variables/${name}` };
    const current = await find(context, request, Variable);
    if (current?.value === value) continue;
    const write = current
      ? { ...request, method: 'PATCH' as const, body: { value } }
      : { ...request, path: `${place}/variables`, method: 'POST' as const, body: { name, value } };
    const apply = () => tell(context, write);
    differences.push({ what: `set the variable '${name}' of '${place.split('/').at(-1)}'`, apply });
  }
  return differences;
}
