/** Where identity comes from: the platform in front of the app, or the fact that nobody else can reach it. */
export type Access = Entra | { readonly kind: 'loopback' };

/** Microsoft Entra signs people and programs of one tenant in, before a request reaches the app. */
export interface Entra {
  readonly kind: 'entra';
  readonly tenant: string;
}

export const loopback: Access = { kind: 'loopback' };

type Settings = Readonly<Record<string, string | undefined>>;

/**
 * In Azure the header of the platform names the caller. Without the platform anybody could send it, so the app does not start
 * where sign-in is switched off.
 */
export function createAccess(isInAzure: boolean, settings: Settings): Access {
  if (!isInAzure) return loopback;
  const tenant = settings['MEDALLION_TENANT'];
  if (settings['WEBSITE_AUTH_ENABLED']?.toLowerCase() !== 'true')
    throw new Error(
      "App Service authentication is off ('WEBSITE_AUTH_ENABLED' is not 'True'), so nobody could tell who calls. Switch it on with 'npm run deploy -- --env NAME --only code'.",
    );
  if (!tenant)
    throw new Error(
      "The setting 'MEDALLION_TENANT' is missing, so callers of any tenant would be let in. Set it with 'npm run deploy -- --env NAME --only code'.",
    );
  return { kind: 'entra', tenant };
}
