import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type Environment, readEnvironment } from '../../environments/environment.ts';
import { UserError } from '../user-error.ts';

const root = path.resolve(import.meta.dirname, '../..');
const Package = z.object({ version: z.string().min(1) });

/** What is deployed: the artifact that this program is a part of, or what was built beside it. */
export const findReleaseFolder = (): string =>
  existsSync(path.join(root, 'app.zip')) ? root : path.join(root, 'release');

/** One build serves all environments, so that each is of one project: that of `prod`, whose folder was packed. */
export function requireBuiltProject(
  { name, project }: Pick<Environment, 'name' | 'project'>,
  built = readEnvironment(path.join(root, 'environments/prod.json')).project,
): void {
  if (!built.startsWith('projects/'))
    throw new UserError(
      `The project '${built}' is in no build, which holds the folders below 'projects/'. Move it there.`,
    );
  if (project !== built)
    throw new UserError(
      `Environment '${name}' names the project '${project}', and the build is of '${built}', which 'prod' names. Name the same in both.`,
    );
}

/** The version of the package. A build writes its commit behind it. */
export function readRelease(): string {
  const file = path.join(findReleaseFolder(), 'package.json');
  const { version } = Package.parse(
    JSON.parse(readFileSync(existsSync(file) ? file : path.join(root, 'package.json'), 'utf8')),
  );
  return version;
}
