import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { derivedFilesOfProject } from './project-files.ts';

const repository = path.resolve(import.meta.dirname, '../..');

/**
 * The jobs read files that follow from contracts and functions, and would compute with the old ones. Answers with what lags
 * behind and what to do, or with nothing.
 */
export async function findLag(root: string, project: string): Promise<string | undefined> {
  // Whether the shared code computes other rows is not asked here: its own number stays until somebody says so.
  const derived = await derivedFilesOfProject(root, project, 'same');
  const lagging = Object.entries(derived).find(
    ([name, wanted]) => name.startsWith(project) && readIfThere(path.resolve(root, name)) !== wanted,
  );
  return lagging && `'${lagging[0]}' lags behind the contracts and functions of '${project}'. Run: npm run generate`;
}

const readIfThere = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);

if (import.meta.main) {
  const lag = await findLag(repository, process.argv[2] ?? '');
  if (lag) {
    console.error(lag);
    process.exitCode = 1;
  }
}
