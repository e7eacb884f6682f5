// The product as it is deployed: JavaScript for the Functions host, and a wheel for the jobs.
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { python } from './python.mjs';
import { hashFiles, once, root, run, SetupError, tools } from './step.mjs';

const appFolders = ['functions', 'orchestrations', 'operations', 'medallion', 'cloud', 'environments'];
const madeByTools = ['__pycache__', 'egg-info', '/build'];

function listSources(folder) {
  return readdirSync(path.resolve(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !madeByTools.some((part) => entry.parentPath.includes(part)))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** Each source has been compiled to a file of its own. */
export const isAppComplete = (folder, sources) =>
  sources
    .filter((file) => file.endsWith('.ts'))
    .every((file) => existsSync(path.join(folder, path.relative(root, file).replace(/\.ts$/, '.js'))));

export function compileApp(node) {
  const sources = appFolders.flatMap(listSources);
  const output = path.join(root, 'dist');
  return once({
    name: 'app',
    fingerprint: hashFiles(path.join(root, 'tsconfig.app.json'), ...sources),
    isComplete: () => isAppComplete(output, sources),
    make() {
      // The compiler's own notes would make it skip files that are gone, and files of deleted sources would stay.
      rmSync(output, { recursive: true, force: true });
      const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
      return run('compiling the app', node, [compiler, '-p', 'tsconfig.app.json']);
    },
  });
}

export const findWheel = (folder) =>
  existsSync(folder) ? readdirSync(folder).find((name) => name.endsWith('.whl')) : undefined;

/** Says what is missing before anything is installed for a project. */
export function requireProject(project) {
  if (existsSync(path.resolve(root, project, 'landing'))) return;
  throw new SetupError(
    `There is no project '${project}': it has no folder 'landing'. 'projects/fitness' is one, and 'examples/orders' a small one to copy.`,
  );
}

/** The engine and one project in one wheel, under a name that changes with its content; answers with its path. */
export async function buildWheel(project = 'projects/fitness') {
  const hash = hashFiles(...listSources('spark'), ...listSources(project)).slice(0, 12);
  const name = `wheel-${path.basename(project)}`;
  const home = path.join(tools, name, hash);
  const source = path.join(tools, name, 'source');
  await once({
    name,
    fingerprint: hash,
    isComplete: () => findWheel(home) !== undefined,
    async make() {
      rmSync(path.join(tools, name), { recursive: true, force: true });
      cpSync(path.join(root, 'spark'), source, { recursive: true });
      cpSync(path.resolve(root, project), path.join(source, 'src/medallion_project'), { recursive: true });
      await run('building the wheel', python, [
        '-m',
        'pip',
        'wheel',
        '--no-deps',
        '--no-build-isolation',
        '--disable-pip-version-check',
        // The file's name changes with the content too: serverless compute keeps what it has installed by that name.
        `--config-settings=--build-option=--build-number=0${hash}`,
        '-w',
        home,
        source,
      ]);
    },
  });
  return path.join(home, findWheel(home));
}
