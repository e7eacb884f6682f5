/** Where service principals get their tokens. */
export const tokenPath = '/oidc/v1/token';

const lifeSeconds = 3600;

interface TokenAnswer {
  readonly status: number;
  readonly value: object;
}

/** The token of a principal whose name and secret were sent. It is the secret itself, so that it outlives a restart. */
export function giveToken(
  tokens: Readonly<Record<string, string>>,
  authorization: string | undefined,
  body: Buffer,
): TokenAnswer {
  if (new URLSearchParams(body.toString()).get('grant_type') !== 'client_credentials')
    return refuse(400, 'unsupported_grant_type', "Send 'grant_type=client_credentials'.");
  const [, encoded = ''] = /^Basic (.+)$/.exec(authorization ?? '') ?? [];
  const [principal, secret = ''] = Buffer.from(encoded, 'base64').toString().split(':', 2);
  if (!Object.hasOwn(tokens, secret) || tokens[secret] !== principal)
    return refuse(401, 'invalid_client', 'Client authentication failed.');
  return { status: 200, value: { access_token: secret, token_type: 'Bearer', expires_in: lifeSeconds } };
}

const refuse = (status: number, error: string, description: string): TokenAnswer => ({
  status,
  value: { error, error_description: description },
});
