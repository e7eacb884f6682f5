import { readdirSync } from 'node:fs';
import path from 'node:path';
import { type Environment, readEnvironment } from '../../environments/environment.ts';
import { UserError } from '../user-error.ts';

const folder = path.resolve(import.meta.dirname, '../../environments');

/** The other environments that are deployed. */
export const listOtherEnvironments = ({ name }: Pick<Environment, 'name'>): readonly Environment[] =>
  readdirSync(folder)
    .filter((file) => /^(?!environment\.schema)[a-z][a-z0-9-]*\.json$/.test(file))
    .map((file) => readEnvironment(path.join(folder, file)))
    .filter((other) => other.deployment && other.name !== name);

/** What an environment writes to, by the key of its file. */
const listStores = ({ control, databricks, landing, records, stateTable }: Environment) => ({
  'landing.container': `${landing.account}/${landing.container}`,
  'control.container': `${control.account}/${control.container}`,
  'records.container': `${records.account}/${records.container}`,
  'stateTable.table': `${stateTable.account}/${stateTable.table}`,
  'databricks.catalog': databricks.catalog,
});

interface SharedStore {
  readonly key: string;
  readonly store: string;
  readonly other: string;
}

/** Two environments with one store overwrite each other's files, tables or memory. */
export const findSharedStores = (environment: Environment): readonly SharedStore[] =>
  listOtherEnvironments(environment).flatMap((other) => {
    const theirs = Object.values(listStores(other));
    return Object.entries(listStores(environment))
      .filter(([, store]) => theirs.includes(store))
      .map(([key, store]) => ({ key, store, other: other.name }));
  });

export function requireOwnStores(environment: Environment): void {
  const [shared] = findSharedStores(environment);
  if (shared)
    throw new UserError(
      `'${shared.store}' belongs to '${shared.other}', too. Set '${shared.key}' in environments/${environment.name}.json.`,
    );
}
