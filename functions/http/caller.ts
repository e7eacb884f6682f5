import { z } from 'zod';
import type { Access } from './access.ts';

export const Role = z.enum(['reader', 'operator', 'privacy']);
export type Role = z.infer<typeof Role>;

/** Who sent a request. On one machine it is whoever sits there, with every role. */
export interface Caller {
  readonly actor: string;
  readonly roles: readonly Role[];
}

const principalHeader = 'x-ms-client-principal';
const maxPrincipalLength = 32_768;
const maxActorLength = 256;
/** Leaves room for the object id behind it. */
const maxNameLength = 200;

const Principal = z.object({
  auth_typ: z.string(),
  name_typ: z.string().optional(),
  role_typ: z.string().optional(),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
});
type Principal = z.infer<typeof Principal>;

const nameClaims = [
  'preferred_username',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
  'appid',
  'azp',
  'http://schemas.microsoft.com/identity/claims/objectidentifier',
  'oid',
];
const objectClaims = ['oid', 'http://schemas.microsoft.com/identity/claims/objectidentifier'];
const tenantClaims = ['tid', 'http://schemas.microsoft.com/identity/claims/tenantid'];
const roleClaims = ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'];

/**
 * The caller, or `undefined` for somebody the platform has not signed in. The header is trusted because Easy Auth strips
 * it from what comes from outside and sets its own.
 */
export function findCaller(request: { readonly headers: Headers; readonly url: string }, access: Access) {
  if (access.kind === 'loopback') return isLoopback(request.url) ? local : undefined;
  const principal = parsePrincipal(request.headers.get(principalHeader));
  return principal && isOfTenant(principal, access.tenant) ? toCaller(principal) : undefined;
}

const local: Caller = { actor: 'local', roles: Role.options };

/** Rejects DNS rebinding: the host has to be a loopback name. */
const isLoopback = (url: string) => ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);

function parsePrincipal(header: string | null): Principal | undefined {
  if (!header || header.length > maxPrincipalLength) return undefined;
  try {
    return Principal.parse(JSON.parse(Buffer.from(header, 'base64').toString('utf8')));
  } catch {
    // A header that cannot be read signs nobody in. The middleware logs and counts the rejection.
    return undefined;
  }
}

const findClaim = ({ claims }: Principal, types: readonly (string | undefined)[]) =>
  types.map((type) => claims.find(({ typ }) => typ === type)?.val).find((value) => value);

/** Entra itself, and the tenant of the operator: another provider or tenant may give the same names. */
const isOfTenant = (principal: Principal, tenant: string) =>
  principal.auth_typ === 'aad' && findClaim(principal, tenantClaims) === tenant;

/** A name can change, and be given to somebody else. The object id beside it cannot. */
function toCaller(principal: Principal): Caller | undefined {
  const { claims, name_typ, role_typ } = principal;
  const name = findClaim(principal, [name_typ, ...nameClaims]);
  const object = findClaim(principal, objectClaims);
  if (!name || !object) return undefined;
  const actor = name === object ? name : `${name.slice(0, maxNameLength)} (${object})`;
  const roles = claims.filter(({ typ }) => typ === role_typ || roleClaims.includes(typ)).map(({ val }) => val);
  return { actor: actor.slice(0, maxActorLength), roles: Role.options.filter((role) => roles.includes(role)) };
}

/** Whoever may act, or see what is masked, may also look. */
export function mayCall({ roles }: Caller, required: Role): boolean {
  return required === 'reader' ? roles.length > 0 : roles.includes(required);
}
