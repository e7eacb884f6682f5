import { getWorkspace } from '../../deployment/lookups.ts';
import { findMetastore } from '../../deployment/steps/account.ts';
import { type Check, getKey } from '../check.ts';

export const accountChecks: readonly Check[] = [
  {
    group: 'account',
    name: 'id',
    why: 'groups and privileges belong to the Databricks account, and no service tells which one',
    look: async (context) =>
      context.databricksAccount
        ? []
        : [{ what: 'the account is unknown', cure: getKey(context, 'deployment.databricksAccount') }],
  },
  {
    group: 'account',
    name: 'metastore',
    why: 'without a metastore a workspace has no Unity Catalog',
    look: async (context) => {
      const { number } = await getWorkspace(context);
      if (await findMetastore(context, number)) return [];
      const cure = `databricks account metastore-assignments create ${number} METASTORE_ID, by an admin of the account`;
      return [{ what: `the workspace '${number}' has no metastore`, cure }];
    },
  },
];
