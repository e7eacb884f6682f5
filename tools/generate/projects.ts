import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** The folders of all lakehouses that lie here, those of the examples too: what has a folder `landing` is one. */
export const listProjects = (root: string): string[] =>
  ['projects', 'examples']
    .flatMap((folder) => readdirSync(path.join(root, folder)).map((name) => `${folder}/${name}`))
    .filter((folder) => existsSync(path.join(root, folder, 'landing')))
    .sort();
