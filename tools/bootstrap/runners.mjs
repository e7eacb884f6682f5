// How each command is carried out: what it needs is installed, then its program runs.
import path from 'node:path';
import {
  describeMachine,
  isSlow,
  listLargeTests,
  listNamedTests,
  listSlowTests,
  listStatics,
  listTests,
} from './checks.mjs';
import { installNode24, installNodePackages } from './node.mjs';
import { buildWheel, compileApp, requireProject } from './product.mjs';
import { runAll, runProgram } from './programs.mjs';
import { findPython, installCheckers, installPeers, installPythonPackages } from './python.mjs';
import { createClassArchive, installDeltaJars, requireJava } from './spark.mjs';
import { root } from './step.mjs';

async function installForNode() {
  await installNodePackages();
  return installNode24();
}

async function installAll(project) {
  const node = await installForNode();
  requireJava();
  await installPythonPackages();
  await installDeltaJars();
  await createClassArchive(node);
  await compileApp(node);
  return { node, wheel: await buildWheel(project) };
}

const runScript = (node, file, args, environment) =>
  runProgram({ program: node, args: [path.join(root, file), ...args], environment });

/** A command that speaks to what runs already, and needs no Spark of its own. */
const createClient =
  (file) =>
  async ({ args }) =>
    runScript(await installForNode(), file, args);

async function start({ args, values }) {
  requireProject(values.project);
  const { node, wheel } = await installAll(values.project);
  const environment = describeMachine(wheel);
  const code = await runScript(node, 'tools/generate/check-project.ts', [values.project], environment);
  return code === 0 ? runScript(node, 'cli/start.ts', args, environment) : code;
}

async function test({ positionals: files }) {
  const { node, wheel } = await installAll();
  if (files.length === 0) return runAll(listTests(node, wheel));
  if (files.some(isSlow)) await installCheckers();
  return runAll(listNamedTests(node, wheel, files));
}

async function check({ values }) {
  const { node, wheel } = await installAll();
  if (values.statics) return runAll(listStatics(node));
  if (values.long) await installCheckers();
  const slow = values.long ? listSlowTests(node, wheel) : [];
  return runAll([...listStatics(node), ...listTests(node, wheel), ...listLargeTests(wheel), ...slow]);
}

async function bench({ args }) {
  const { node, wheel } = await installAll();
  const { packages, program } = await installPeers();
  const environment = { ...describeMachine(wheel), MEDALLION_PEERS: program, MEDALLION_PEERS_PATH: packages };
  return runScript(node, 'bench/main.ts', args, environment);
}

/** Hashes of Python sources need a Python, but none of its packages. */
async function generate({ args }) {
  const environment = { MEDALLION_PYTHON: process.env.MEDALLION_PYTHON ?? findPython() };
  return runScript(await installForNode(), 'tools/generate/main.ts', args, environment);
}

/** The same names as in cli/commands/declarations.mjs. */
export const runners = {
  start,
  land: createClient('cli/land.ts'),
  sql: createClient('cli/sql.ts'),
  status: createClient('cli/status.ts'),
  diff: createClient('cli/diff.ts'),
  catalog: createClient('cli/catalog/run.ts'),
  deploy: createClient('cli/deployment/main.ts'),
  doctor: createClient('cli/doctor/main.ts'),
  test,
  check,
  bench,
  generate,
};
