import { z } from 'zod';

export const Role = z.enum(['reader', 'operator', 'privacy']);
export type Role = z.infer<typeof Role>;

/** Who stands before a request. On one machine it is whoever sits there, with every role. */
export interface Caller {
  readonly who: string;
  readonly roles: readonly Role[];
}

/** Where identity comes from: the platform in front of the app, or the fact that nobody else can reach it. */
export type Access = 'entra' | 'loopback';

const principalHeader = 'x-ms-client-principal';
const longestPrincipal = 32_768;

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
 * The caller, or `undefined` for somebody the platform has not vouched for. The header is trusted because Easy Auth
 * strips it from what comes from outside and sets its own.
 */
export function callerOf(request: { readonly headers: Headers; readonly url: string }, access: Access) {
  if (access === 'loopback') return isLoopback(request.url) ? local : undefined;
  const principal = principalIn(request.headers.get(principalHeader));
  return principal && callerFrom(principal);
}

const local: Caller = { who: 'local', roles: Role.options };

/** Also what a browser was tricked into asking under another name for this machine. */
const isLoopback = (url: string) => ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);

function principalIn(header: string | null): Principal | undefined {
  if (!header || header.length > longestPrincipal) return undefined;
  try {
    return Principal.parse(JSON.parse(Buffer.from(header, 'base64').toString('utf8')));
  } catch {
    // What cannot be read vouches for nobody; the refusal is logged and counted by the border.
    return undefined;
  }
}

function callerFrom({ claims, name_typ, role_typ }: Principal): Caller | undefined {
  const claimOf = (type: string | undefined) => claims.find(({ typ }) => typ === type)?.val;
  const who = [name_typ, ...nameClaims].map(claimOf).find((value) => value);
  if (!who) return undefined;
  const given = claims.filter(({ typ }) => typ === role_typ || roleClaims.includes(typ)).map(({ val }) => val);
  return { who: who.slice(0, 256), roles: Role.options.filter((role) => given.includes(role)) };
}

/** Whoever may act, or see what is masked, may also look. */
export function mayCall({ roles }: Caller, wanted: Role): boolean {
  return wanted === 'reader' ? roles.length > 0 : roles.includes(wanted);
}
