import { z } from 'zod';
import { UserError } from '../../user-error.ts';
import { type Context, find, tell } from '../context.ts';
import type { Difference } from '../engine.ts';
import { getIdentity } from '../lookups.ts';
import { compareCredential, getConnectionName, type Role, roles } from './credential.ts';

type GitHub = Extract<NonNullable<Context['deployment']['delivery']>, { kind: 'github' }>;

const Reviewer = z.object({ type: z.string(), reviewer: z.object({ id: z.number() }) });
const GitHubEnvironment = z.object({
  name: z.string(),
  protection_rules: z
    .array(
      z.object({
        type: z.string(),
        prevent_self_review: z.boolean().optional(),
        reviewers: z.array(Reviewer).default([]),
      }),
    )
    .default([]),
  deployment_branch_policy: z
    .object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
    .nullish(),
});
const BranchPolicies = z.object({ branch_policies: z.array(z.object({ id: z.number(), name: z.string() })) });
const Approver = z.object({ id: z.number() });
const Variable = z.object({ name: z.string(), value: z.string() });

const issuer = 'https://token.actions.githubusercontent.com';

/** An environment is the subject of a sign-in, so its protection is the protection of the identity. */
export async function compareGitHub(context: Context, wanted: GitHub): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const role of roles) {
    const name = getConnectionName(context, role);
    const subject = `repo:${wanted.repository}:environment:${name}`;
    differences.push(...(await compareCredential(context, role, { issuer, subject })));
    const place = `/repos/${wanted.repository}/environments/${name}`;
    const current = await find(context, { service: 'github', path: place }, GitHubEnvironment);
    const protection = role === 'plan' ? { deployment_branch_policy: null } : await createProtection(context, wanted);
    if (current === undefined || (role === 'pipeline' && !isProtected(current, protection))) {
      const apply = () => tell(context, { service: 'github', method: 'PUT', path: place, body: protection });
      differences.push({ what: `protect the environment '${name}' at GitHub: ${describe(wanted, role)}`, apply });
      continue;
    }
    if (role === 'pipeline') differences.push(...(await compareBranches(context, wanted, place)));
    differences.push(...(await compareVariables(context, role, place)));
  }
  return differences;
}

const describe = ({ approvers, branch }: GitHub, role: Role): string => {
  if (role === 'plan') return 'it only reads';
  return [`only '${branch}'`, ...(approvers.length > 0 ? [`approved by ${approvers.join(' or ')}`] : [])].join(', ');
};

interface Protection {
  readonly reviewers?: readonly { readonly type: string; readonly id: number }[];
  readonly prevent_self_review?: boolean;
  readonly deployment_branch_policy: {
    readonly protected_branches: boolean;
    readonly custom_branch_policies: boolean;
  } | null;
}

/** Not 'protected branches': a repository that protects none would let every branch deploy. */
async function createProtection(context: Context, { approvers }: GitHub): Promise<Protection> {
  const reviewers: { type: string; id: number }[] = [];
  for (const approver of approvers) reviewers.push(await findReviewer(context, approver));
  return {
    reviewers,
    prevent_self_review: approvers.length > 0,
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
  };
}

/** A person by the name at GitHub, or a team as ORGANIZATION/TEAM. */
async function findReviewer(context: Context, approver: string): Promise<{ type: string; id: number }> {
  const [organization = '', team] = approver.split('/');
  const path = team === undefined ? `/users/${organization}` : `/orgs/${organization}/teams/${team}`;
  const entry = await find(context, { service: 'github', path }, Approver);
  if (entry) return { type: team === undefined ? 'User' : 'Team', id: entry.id };
  throw new UserError(`GitHub knows no '${approver}'. Correct 'deployment.delivery.approvers'.`);
}

/** Where the file names nobody, whoever was added by hand stays. */
function isProtected(current: z.infer<typeof GitHubEnvironment>, { reviewers = [] }: Protection): boolean {
  const rule = current.protection_rules.find(({ type }) => type === 'required_reviewers');
  const wanted = reviewers.map(({ id, type }) => `${type} ${id}`);
  const reviewing = rule?.reviewers.map(({ reviewer, type }) => `${type} ${reviewer.id}`) ?? [];
  const isApproved = wanted.length === 0 || wanted.sort().join() === reviewing.sort().join();
  const isApart = reviewers.length === 0 || rule?.prevent_self_review === true;
  return isApproved && isApart && current.deployment_branch_policy?.custom_branch_policies === true;
}

/** The one branch that may deploy, and no other. */
async function compareBranches(context: Context, { branch }: GitHub, place: string): Promise<Difference[]> {
  const request = { service: 'github' as const, path: `${place}/deployment-branch-policies` };
  const { branch_policies: policies } = (await find(context, request, BranchPolicies)) ?? { branch_policies: [] };
  const name = branch.replace('refs/heads/', '');
  const environment = place.split('/').at(-1);
  const differences: Difference[] = policies
    .filter((policy) => policy.name !== name)
    .map((policy) => ({
      what: `keep branch '${policy.name}' out of '${environment}'`,
      apply: () => tell(context, { ...request, method: 'DELETE', path: `${request.path}/${policy.id}` }),
    }));
  if (policies.some((policy) => policy.name === name)) return differences;
  const apply = () => tell(context, { ...request, method: 'POST', body: { name, type: 'branch' } });
  return [...differences, { what: `let branch '${name}' deploy to '${environment}'`, apply }];
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
