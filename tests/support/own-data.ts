import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { derivedFilesOfProject } from '../../tools/generate/project-files.ts';
import { root } from './root.ts';

const page = readFileSync(path.join(root, 'docs/own-data.md'), 'utf8');

/** The files that the page tells its reader to write, by their place in a project. */
export const listPageFiles = (): Record<string, string> =>
  Object.fromEntries(
    [...page.matchAll(/Write `<project>\/([^`]+)`(?:(?!```)[\s\S])*```(?:yaml|sql)\n([\s\S]*?)^```/gm)].map(
      ([, name = '', content = '']) => [name, content],
    ),
  );

/** A copy of a project, with these files and with all that follows from them, below a root of its own. Answers with its folder. */
export async function copyProject(project: string, folder: string, files: Record<string, string>): Promise<string> {
  for (const part of ['contracts', 'spark/src', 'spark/source-hashes.json', project])
    cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, project, name)), { recursive: true });
    writeFileSync(path.join(folder, project, name), content);
  }
  for (const [name, content] of Object.entries(await derivedFilesOfProject(folder, project, 'same')))
    writeFileSync(path.join(folder, name), content);
  return path.join(folder, project);
}
