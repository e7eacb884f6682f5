// Python environments, each with exactly the packages that a file pins.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { hashFiles, once, root, run, SetupError, tools } from './step.mjs';

const venv = path.join(tools, 'venv');
const peers = path.join(tools, 'peers');

export const python = path.join(venv, 'bin/python');
export const checkers = path.join(tools, 'checkers');

export function findPython() {
  for (const name of ['python3', 'python3.13', 'python3.12', 'python3.11', 'python']) {
    const probe = spawnSync(name, ['-c', 'import sys; print(sys.version_info >= (3, 11))'], { encoding: 'utf8' });
    if (probe.status === 0 && probe.stdout.trim() === 'True') return name;
  }
  throw new SetupError('Python 3.11 or newer was not found. Install it, or put it on the PATH as python3.');
}

const toPackageName = (text) => text.toLowerCase().replaceAll(/[-_.]+/g, '-');

function listPinnedPackages(requirements) {
  const pins = readFileSync(requirements, 'utf8').matchAll(/^([\w.-]+)==(\S+)/gm);
  return [...pins].map(([, name, version]) => `${toPackageName(name)}==${version}`);
}

function findSitePackages(environment) {
  const lib = path.join(environment, 'lib');
  const version = existsSync(lib) ? readdirSync(lib).find((name) => name.startsWith('python')) : undefined;
  return version === undefined ? undefined : path.join(lib, version, 'site-packages');
}

/** The folders in which pip describes what it has installed, by name and version. */
function findDescriptions(packages) {
  const folders = readdirSync(packages).flatMap((folder) => {
    const [, name, version] = /^(.+)-([^-]+)\.dist-info$/.exec(folder) ?? [];
    return name === undefined ? [] : [[`${toPackageName(name)}==${version}`, path.join(packages, folder)]];
  });
  return new Map(folders);
}

/** Bytecode comes and goes; every other file that pip has installed must be there. */
function isPackageComplete(packages, description) {
  const record = path.join(description, 'RECORD');
  if (!existsSync(record)) return false;
  const files = readFileSync(record, 'utf8')
    .split('\n')
    .map((line) => /^(?:"([^"]*)"|([^,]*)),/.exec(line));
  return files
    .map((match) => match?.[1] ?? match?.[2])
    .filter((file) => file !== undefined && !file.endsWith('.pyc'))
    .every((file) => existsSync(path.join(packages, file)));
}

export function isPythonEnvironmentComplete(environment, requirements) {
  const packages = findSitePackages(environment);
  if (packages === undefined || !existsSync(packages)) return false;
  // A link to an interpreter that was removed does not exist.
  if (!existsSync(path.join(environment, 'bin/python'))) return false;
  const descriptions = findDescriptions(packages);
  return listPinnedPackages(requirements).every((pin) => {
    const description = descriptions.get(pin);
    return description !== undefined && isPackageComplete(packages, description);
  });
}

function installEnvironment({ name, title, folder, file }) {
  const requirements = path.join(root, file);
  return once({
    name,
    fingerprint: hashFiles(requirements),
    isComplete: () => isPythonEnvironmentComplete(folder, requirements),
    async make() {
      rmSync(folder, { recursive: true, force: true });
      await run(`creating a Python environment (${name})`, findPython(), ['-m', 'venv', folder]);
      await run(`installing ${title}`, path.join(folder, 'bin/python'), [
        '-m',
        'pip',
        'install',
        '--disable-pip-version-check',
        '-r',
        requirements,
      ]);
    },
  });
}

export const installPythonPackages = () =>
  installEnvironment({
    name: 'python-packages',
    title: 'Spark for Python (some hundred MB)',
    folder: venv,
    file: 'tools/bootstrap/requirements.txt',
  });

/** Independent readers of what this project writes. In an environment of their own, because they pin many packages. */
export const installCheckers = () =>
  installEnvironment({
    name: 'checkers',
    title: 'checkers',
    folder: checkers,
    file: 'tools/bootstrap/check-requirements.txt',
  });

/** What the benchmarks measure against: the peers' Python, and where it finds the product's own Spark. */
export async function installPeers() {
  await installEnvironment({ name: 'peers', title: 'peers', folder: peers, file: 'bench/requirements.txt' });
  return { program: path.join(peers, 'bin/python'), packages: findSitePackages(venv) };
}
