// What Spark needs besides its Python package: Java, Delta's jars, and an archive of loaded classes.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { python } from './python.mjs';
import { hashFiles, once, root, run, SetupError, tools } from './step.mjs';

const lock = path.join(root, 'tools/bootstrap/jars.lock.json');
const requirements = path.join(root, 'tools/bootstrap/requirements.txt');
const archives = path.join(tools, 'class-data');

export const jars = path.join(tools, 'jars');

export function requireJava() {
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

export const areJarsComplete = (folder, expected) =>
  Object.keys(expected).every((name) => existsSync(path.join(folder, name)));

/** Delta's jars, resolved once by Spark's own Ivy and checked against the committed hashes. */
export async function installDeltaJars() {
  const expected = JSON.parse(readFileSync(lock, 'utf8'));
  await once({
    name: 'delta-jars',
    fingerprint: hashFiles(lock),
    isComplete: () => areJarsComplete(jars, expected),
    async make() {
      const ivy = path.join(tools, 'ivy');
      await run('fetching the Delta jars', python, [path.join(root, 'tools/bootstrap/jars.py'), jars, ivy]);
      for (const [name, hash] of Object.entries(expected)) requireJar(name, hash);
      for (const name of readdirSync(jars)) if (!(name in expected)) rmSync(path.join(jars, name));
    },
  });
}

function requireJar(name, hash) {
  const file = path.join(jars, name);
  if (!existsSync(file)) throw new SetupError(`Jar '${name}' was not resolved. Delete '${tools}' and try again.`);
  if (hashFiles(file) !== hash)
    throw new SetupError(`Jar '${name}' is not the one that was locked. Delete '${tools}' and try again.`);
}

export const isArchiveComplete = (folder) =>
  existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.jsa'));

/**
 * Spark's classes in the form in which the JVM keeps them in memory: a start then takes half the time. The JVM ignores
 * an archive that was made from the same jars in another folder.
 */
export const createClassArchive = (node) =>
  once({
    name: 'class-archive',
    fingerprint: `${hashFiles(lock, requirements)} ${root}`,
    isComplete: () => isArchiveComplete(archives),
    make() {
      rmSync(archives, { recursive: true, force: true });
      return run('creating the class archive', node, [
        path.join(root, 'emulators/databricks/draw-archive.ts'),
        JSON.stringify({ python, jars }),
      ]);
    },
  });
