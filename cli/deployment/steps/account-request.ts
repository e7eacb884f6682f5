import { UserError } from '../../user-error.ts';
import type { Context } from '../context.ts';

/** A request of the account, whose id people know and no service tells. */
export function accountRequest({ databricksAccount }: Context, path: string) {
  if (!databricksAccount)
    throw new UserError(
      "Set 'deployment.databricksAccount' in the environment file; the account console shows the id at the top right.",
    );
  return { service: 'account' as const, path: `/api/2.0/accounts/${databricksAccount}/${path}` };
}
