import { z } from 'zod';
import { type Context, find, tell } from '../context.ts';
import type { Difference } from '../engine.ts';
import { getIdentity } from '../lookups.ts';

const Credential = z.object({ properties: z.object({ issuer: z.string(), subject: z.string() }) });

/** Who deploys may change things; who plans only reads. Each has a connection of its own. */
export const roles = ['pipeline', 'plan'] as const;
export type Role = (typeof roles)[number];

export const getConnectionName = ({ suffix }: Pick<Context, 'suffix'>, role: Role) =>
  role === 'pipeline' ? suffix : `${suffix}-plan`;

/** Issuer and subject as the other side says them: nobody copies an id. */
export async function compareCredential(
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
