import { z } from 'zod';

export const Role = z.enum(['reader', 'operator', 'privacy']);
export type Role = z.infer<typeof Role>;

/** Who sent a request. On one machine it is whoever sits there, with every role. */
export interface Caller {
  readonly actor: string;
  readonly roles: readonly Role[];
}

/** Where identity comes from: the platform in front of the app, or the fact that nobody else can reach it. */
export type Access = 'entra' | 'loopback';

const principalHeader = 'x-ms-client-principal';
const maxPrincipalLength = 32_768;
const maxActorLength = 256;

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
const roleClaims = ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'];

/**
 * The caller, or `undefined` for somebody the platform has not signed in. The header is trusted because Easy Auth strips
 * it from what comes from outside and sets its own.
 */
export function findCaller(request: { readonly headers: Headers; readonly url: string }, access: Access) {
  if (access === 'loopback') return isLoopback(request.url) ? local : undefined;
  const principal = parsePrincipal(request.headers.get(principalHeader));
  return principal && toCaller(principal);
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

function toCaller({ claims, name_typ, role_typ }: Principal): Caller | undefined {
  const findClaim = (type: string | undefined) => claims.find(({ typ }) => typ === type)?.val;
  const actor = [name_typ, ...nameClaims].map(findClaim).find((value) => value);
  if (!actor) return undefined;
  const roles = claims.filter(({ typ }) => typ === role_typ || roleClaims.includes(typ)).map(({ val }) => val);
  return { actor: actor.slice(0, maxActorLength), roles: Role.options.filter((role) => roles.includes(role)) };
}

/** Whoever may act, or see what is masked, may also look. */
export function mayCall({ roles }: Caller, required: Role): boolean {
  return required === 'reader' ? roles.length > 0 : roles.includes(required);
}
