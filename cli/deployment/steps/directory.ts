import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type Context, change, find, tell } from '../context.ts';
import type { Difference, Step } from '../engine.ts';
import { findApplication, getAppHost, getIdentity } from '../lookups.ts';

const AppRole = z.object({ id: z.string(), value: z.string() }).loose();
const appRoles = z
  .array(AppRole)
  .parse(JSON.parse(readFileSync(path.join(import.meta.dirname, '../../../bicep/app-roles.json'), 'utf8')));

/** Azure CLI, which asks for a token on behalf of whoever typed a command. */
const azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';
const scope = { id: '6d4a4c3e-1f0b-4c7e-9d55-2a3b8f1c7e90', value: 'access' };

const Registration = z.object({
  id: z.string(),
  appId: z.string(),
  identifierUris: z.array(z.string()).default([]),
  web: z.object({ redirectUris: z.array(z.string()).default([]) }).optional(),
});
const Principal = z.object({ id: z.string(), appRoleAssignmentRequired: z.boolean().optional() });
const Credentials = z.object({ value: z.array(z.object({ name: z.string(), subject: z.string(), id: z.string() })) });
const Assignments = z.object({ value: z.array(z.object({ principalId: z.string(), appRoleId: z.string() })) });

const graph = (path: string) => ({ service: 'graph' as const, path: `/v1.0${path}` });

export const directory: Step = {
  name: 'directory',
  rights: 'an application administrator of the directory',
  summary: 'app registration, sign-in, and who has which app role',
  async compare(context) {
    const host = await getAppHost(context);
    const application = await findApplication(context);
    if (!application) return [{ what: 'create the app registration of the API', apply: () => register(context) }];
    const uri = `/applications/${application.id}`;
    const registration = await find(context, graph(uri), Registration);
    return [
      ...compareRegistration(context, host, registration),
      ...(await compareCredential(context, uri)),
      ...(await comparePrincipal(context, application.appId)),
    ];
  },
};

/** A name of its own makes a second registration impossible, also after a run that was killed. */
async function register(context: Context): Promise<void> {
  const body = {
    displayName: `${context.suffix}-api`,
    uniqueName: `${context.suffix}-api`,
    signInAudience: 'AzureADMyOrg',
    appRoles,
    web: { implicitGrantSettings: { enableIdTokenIssuance: true } },
    api: {
      requestedAccessTokenVersion: 2,
      oauth2PermissionScopes: [
        {
          ...scope,
          type: 'User',
          isEnabled: true,
          adminConsentDisplayName: 'Call the operator',
          adminConsentDescription: 'Call the operator as the person who is signed in.',
        },
      ],
    },
  };
  const { appId, id } = await change(context, { ...graph('/applications'), method: 'POST', body }, Registration);
  const preAuthorizedApplications = [{ appId: azureCli, delegatedPermissionIds: [scope.id] }];
  await update(context, id, { identifierUris: [`api://${appId}`], api: { preAuthorizedApplications } });
}

const update = (context: Context, id: string, body: object) =>
  tell(context, { ...graph(`/applications/${id}`), method: 'PATCH', body });

function compareRegistration(
  context: Context,
  host: string,
  registration?: z.infer<typeof Registration>,
): Difference[] {
  if (!registration) return [];
  const { appId, id, identifierUris, web } = registration;
  const redirect = `https://${host}/.auth/login/aad/callback`;
  const differences: Difference[] = [];
  if (!identifierUris.includes(`api://${appId}`)) {
    const preAuthorizedApplications = [{ appId: azureCli, delegatedPermissionIds: [scope.id] }];
    const body = { identifierUris: [`api://${appId}`], api: { preAuthorizedApplications } };
    differences.push({
      what: 'give the API its address and let Azure CLI call it',
      apply: () => update(context, id, body),
    });
  }
  if (!web?.redirectUris.includes(redirect)) {
    const body = { web: { redirectUris: [redirect] } };
    differences.push({ what: `return to '${host}' after a sign-in`, apply: () => update(context, id, body) });
  }
  return differences;
}

/** The managed identity of the operator replaces a client secret. */
async function compareCredential(context: Context, uri: string): Promise<Difference[]> {
  const { principalId: subject } = await getIdentity(context, 'operator');
  const list = `${uri}/federatedIdentityCredentials`;
  const current = (await find(context, graph(list), Credentials))?.value.find(({ name }) => name === 'operator');
  if (current?.subject === subject) return [];
  const issuer = `https://login.microsoftonline.com/${context.ports.account.tenant}/v2.0`;
  const body = { name: 'operator', subject, issuer, audiences: ['api://AzureADTokenExchange'] };
  const request = current
    ? { ...graph(`${list}/${current.id}`), method: 'PATCH' as const, body: { subject } }
    : { ...graph(list), method: 'POST' as const, body };
  return [{ what: 'let the operator sign in as the API', apply: () => tell(context, request) }];
}

async function comparePrincipal(context: Context, appId: string): Promise<Difference[]> {
  const principal = await find(context, graph(`/servicePrincipals(appId='${appId}')`), Principal);
  if (!principal) {
    const body = { appId, appRoleAssignmentRequired: true };
    const request = { ...graph('/servicePrincipals'), method: 'POST' as const, body };
    return [{ what: 'create the service principal of the API', apply: () => tell(context, request) }];
  }
  const differences: Difference[] = [];
  if (principal.appRoleAssignmentRequired !== true) {
    const body = { appRoleAssignmentRequired: true };
    const request = { ...graph(`/servicePrincipals/${principal.id}`), method: 'PATCH' as const, body };
    differences.push({ what: 'let nobody sign in without an app role', apply: () => tell(context, request) });
  }
  return [...differences, ...(await compareRoles(context, principal.id))];
}

/** Groups of people by their role; and the pipeline, which pauses and resumes. */
async function compareRoles(context: Context, resourceId: string): Promise<Difference[]> {
  const { people } = context.deployment;
  const { principalId: pipeline } = await getIdentity(context, 'pipeline');
  const wanted = [
    ['reader', people.reader],
    ['operator', people.operator],
    ['privacy', people.privacy],
    ['operator', pipeline],
  ] as const;
  const uri = `/servicePrincipals/${resourceId}/appRoleAssignedTo`;
  const { value } = (await find(context, graph(uri), Assignments)) ?? { value: [] };
  return wanted.flatMap(([role, principalId]) => {
    const appRoleId = appRoles.find(({ value: name }) => name === role)?.id ?? '';
    const isAssigned = value.some((entry) => entry.principalId === principalId && entry.appRoleId === appRoleId);
    if (principalId === undefined || isAssigned) return [];
    const body = { principalId, resourceId, appRoleId };
    const apply = () => tell(context, { ...graph(uri), method: 'POST', body });
    return [{ what: `give the app role '${role}' to '${principalId}'`, apply }];
  });
}
