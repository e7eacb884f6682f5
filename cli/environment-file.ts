import { readdirSync } from 'node:fs';
import path from 'node:path';
import { type Environment, readEnvironment } from '../environments/environment.ts';
import { UserError } from './user-error.ts';

/** Finds the file of an environment by its name, and reads it. Throws a UserError that lists all names. */
export function readNamedEnvironment(
  root: string,
  name: string,
): { readonly environment: Environment; readonly environmentFile: string } {
  const folder = path.join(root, 'environments');
  const names = readdirSync(folder)
    .filter((file) => /^[a-z][a-z0-9-]*\.json$/.test(file))
    .map((file) => file.slice(0, -'.json'.length));
  if (!names.includes(name)) {
    const inCloud = names.filter((other) => other !== 'local').join(', ');
    throw new UserError(
      `There is no environment '${name}'. Environments are: ${inCloud}. Copy 'environments/test.json' to make another.`,
    );
  }
  const environmentFile = path.join(folder, `${name}.json`);
  return { environment: readEnvironment(environmentFile), environmentFile };
}
