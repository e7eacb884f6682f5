// What has to be on the machine before anything runs. Plain JavaScript: it starts on the Node that is there, with nothing installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { hashOf, once, root, run, SetupError, tools } from './step.mjs';

const NODE_VERSION = '24.21.0';

/**
 * From the lock file, without touching it. `npm ci` would insist that binaries for every other platform are in the lock
 * too, and a registry that does not hold them all makes a lock that `npm ci` refuses.
 */
export const nodePackages = () =>
  once('node-packages', hashOf(path.join(root, 'package-lock.json')), () =>
    run('installing Node packages', 'npm', ['install', '--no-save', '--loglevel', 'warn', '--ignore-scripts']),
  );

/** The app runs on Node 24, as it does in Azure; older machines get one from the npm registry. */
export async function node24() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const home = path.join(tools, 'node24');
  await once('node24', `${name}@${NODE_VERSION}`, async () => {
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
  });
  return path.join(home, 'node_modules', name, 'bin', 'node');
}

export function findPython() {
  for (const name of ['python3', 'python3.13', 'python3.12', 'python3.11', 'python']) {
    const probe = spawnSync(name, ['-c', 'import sys; print(sys.version_info >= (3, 11))'], { encoding: 'utf8' });
    if (probe.status === 0 && probe.stdout.trim() === 'True') return name;
  }
  throw new SetupError('Python 3.11 or newer was not found. Install it, or put it on the PATH as python3.');
}

export const python = path.join(tools, 'venv', 'bin', 'python');

/** A Python environment with exactly the packages that a file pins. */
const pythonEnvironment = (name, folder, file, what) => {
  const requirements = path.join(root, file);
  return once(name, hashOf(requirements), async () => {
    rmSync(folder, { recursive: true, force: true });
    await run(`creating a Python environment (${name})`, findPython(), ['-m', 'venv', folder]);
    await run(`installing ${what}`, path.join(folder, 'bin', 'python'), [
      '-m',
      'pip',
      'install',
      '--disable-pip-version-check',
      '-r',
      requirements,
    ]);
  });
};

export const pythonPackages = () =>
  pythonEnvironment(
    'python-packages',
    path.join(tools, 'venv'),
    'tools/bootstrap/requirements.txt',
    'Spark for Python (some hundred MB)',
  );

export const checkers = path.join(tools, 'checkers');

/** Independent readers of what this project writes. In an environment of their own: they depend on half the world. */
export const independentCheckers = () =>
  pythonEnvironment('checkers', checkers, 'tools/bootstrap/check-requirements.txt', 'checkers');

export const peers = path.join(tools, 'peers');

/** What the benchmarks measure against. */
export const benchmarkPeers = () => pythonEnvironment('peers', peers, 'bench/requirements.txt', 'peers');

/** The peers' Python with the product's own Spark. */
export function peerPython() {
  const version = readdirSync(path.join(tools, 'venv/lib')).find((name) => name.startsWith('python'));
  return {
    program: path.join(peers, 'bin/python'),
    packages: path.join(tools, 'venv/lib', version, 'site-packages'),
  };
}

export function java() {
  const probe = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const version = /version "(\d+)/.exec(`${probe.stderr}${probe.stdout}`)?.[1];
  if (!version)
    throw new SetupError(
      "Java was not found. Install a Java 17 runtime (Debian: 'apt-get install openjdk-17-jre-headless').",
    );
  if (Number(version) < 17)
    throw new SetupError(
      `Java ${version} was found, but Spark needs Java 17. Install it and put it first on the PATH.`,
    );
}

export const jars = path.join(tools, 'jars');

/** Delta's jars, resolved once by Spark's own Ivy and checked against the committed hashes. */
export async function deltaJars() {
  const lock = path.join(root, 'tools/bootstrap/jars.lock.json');
  await once('delta-jars', hashOf(lock), async () => {
    await run('fetching the Delta jars', python, [
      path.join(root, 'tools/bootstrap/jars.py'),
      jars,
      path.join(tools, 'ivy'),
    ]);
    const expected = JSON.parse(readFileSync(lock, 'utf8'));
    for (const [name, hash] of Object.entries(expected)) {
      const file = path.join(jars, name);
      if (!existsSync(file)) throw new SetupError(`Jar '${name}' was not resolved. Delete '${tools}' and try again.`);
      if (hashOf(file) !== hash)
        throw new SetupError(`Jar '${name}' is not the one that was locked. Delete '${tools}' and try again.`);
    }
    for (const name of readdirSync(jars)) if (!(name in expected)) rmSync(path.join(jars, name));
  });
}

/** Spark's classes, drawn once in the form the JVM keeps them in memory: a start then takes half the time. */
export const classArchive = (node) =>
  once(
    'class-archive',
    hashOf(path.join(root, 'tools/bootstrap/jars.lock.json'), path.join(root, 'tools/bootstrap/requirements.txt')),
    () =>
      run('drawing the class archive', node, [
        path.join(root, 'emulators/databricks/draw-archive.ts'),
        JSON.stringify({ python, jars }),
      ]),
  );

function sources(folder) {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() &&
        !entry.parentPath.includes('__pycache__') &&
        !entry.parentPath.includes('egg-info') &&
        !entry.parentPath.includes('/build'),
    )
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** The app as it is deployed: JavaScript in dist/. */
export const app = (node) =>
  once(
    'app',
    hashOf(
      path.join(root, 'tsconfig.app.json'),
      ...['functions', 'orchestrations', 'operations', 'medallion', 'cloud', 'environments'].flatMap(sources),
    ),
    () =>
      run('compiling the app', node, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.app.json']),
  );

/** The jobs as they are deployed: one wheel under a name that changes with its content. */
export async function wheel() {
  const hash = hashOf(...sources('spark')).slice(0, 12);
  const home = path.join(tools, 'wheel', hash);
  await once('wheel', hash, async () => {
    rmSync(path.join(tools, 'wheel'), { recursive: true, force: true });
    await run('building the wheel', python, [
      '-m',
      'pip',
      'wheel',
      '--no-deps',
      '--no-build-isolation',
      '--disable-pip-version-check',
      '-w',
      home,
      path.join(root, 'spark'),
    ]);
  });
  return path.join(
    home,
    readdirSync(home).find((name) => name.endsWith('.whl')),
  );
}
