// Node packages, and the Node that runs them.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { hashFiles, once, root, run, tools } from './step.mjs';

const NODE_VERSION = '24.21.0';

/** npm writes down what it has installed; a package is there if its own description is. */
export function areNodePackagesComplete(folder) {
  const list = path.join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(list)) return false;
  const { packages } = JSON.parse(readFileSync(list, 'utf8'));
  return Object.keys(packages).every((name) => existsSync(path.join(folder, name, 'package.json')));
}

/**
 * From the lock file, without touching it. `npm ci` would insist that binaries for every other platform are in the lock
 * too, and a registry that does not hold them all makes a lock that `npm ci` refuses.
 */
export const installNodePackages = () =>
  once({
    name: 'node-packages',
    fingerprint: hashFiles(path.join(root, 'package-lock.json')),
    isComplete: () => areNodePackagesComplete(root),
    async make() {
      // npm updates a whole folder in seconds, but does not see which files of a package are gone.
      if (!areNodePackagesComplete(root)) rmSync(path.join(root, 'node_modules'), { recursive: true, force: true });
      await run('installing Node packages', 'npm', ['install', '--no-save', '--loglevel', 'warn', '--ignore-scripts']);
    },
  });

/** The app runs on Node 24, as it does in Azure; older machines get one from the npm registry. */
export async function installNode24() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const home = path.join(tools, 'node24');
  const program = path.join(home, 'node_modules', name, 'bin', 'node');
  await once({
    name: 'node24',
    fingerprint: `${name}@${NODE_VERSION}`,
    isComplete: () => existsSync(program),
    async make() {
      rmSync(home, { recursive: true, force: true });
      mkdirSync(home, { recursive: true });
      await run(`installing Node ${NODE_VERSION}`, 'npm', [
        'install',
        '--loglevel',
        'warn',
        '--no-save',
        '--prefix',
        home,
        `${name}@${NODE_VERSION}`,
      ]);
    },
  });
  return program;
}
