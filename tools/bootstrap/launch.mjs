// The door behind every npm script: makes sure that what a command needs is there, then runs it on Node 24.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { root, SetupError } from './step.mjs';
import * as steps from './steps.mjs';

const [command, ...rest] = process.argv.slice(2);
const at = (file) => path.join(root, file);
const bin = (name) => at(`node_modules/${name}`);

async function toolsForNode() {
  await steps.nodePackages();
  return steps.node24();
}

async function toolsForAll() {
  const node = await toolsForNode();
  steps.java();
  await steps.pythonPackages();
  await steps.deltaJars();
  await steps.classArchive(node);
  await steps.app(node);
  return { node, wheel: await steps.wheel() };
}

/** Runs to the end and hands on the exit code. The channel tells the child when this process is gone. */
function run(program, args, environment = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, NODE_NO_WARNINGS: '1', ...environment },
    });
    // Ctrl-C reaches the whole group by itself; this process only has to outlive the child.
    process.on('SIGINT', () => {});
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

/** The first failure decides, but the rest is still run: one look shows everything that is wrong. */
async function all(...parts) {
  let worst = 0;
  for (const [name, program, args, environment] of parts) {
    process.stderr.write(`\n== ${name}\n`);
    const code = await run(program, args, environment);
    if (code !== 0) process.stderr.write(`== ${name} failed with code ${code}\n`);
    worst ||= code;
  }
  return worst;
}

const forTests = (wheel) => ({
  MEDALLION_PYTHON: steps.python,
  MEDALLION_JARS: steps.jars,
  MEDALLION_WHEEL: wheel,
  MEDALLION_CHECKERS: steps.checkers,
});

const jobs = (name, marked, wheel) => [
  name,
  steps.python,
  ['-m', 'pytest', 'tests/spark', '-q', '-m', marked],
  forTests(wheel),
];

const vitest = (name, node, wheel, { picked = [], length = 'short' } = {}) => [
  name,
  node,
  [bin('vitest/vitest.mjs'), 'run', ...picked],
  { ...forTests(wheel), MEDALLION_TESTS: length },
];

const isLong = (picked) => picked.some((each) => each.includes('.long.'));

/** Files can be picked, long ones too. */
const tests = (node, wheel, picked = []) => [
  vitest('tests of the operator and the local stack', node, wheel, {
    picked,
    length: isLong(picked) ? 'long' : 'short',
  }),
  ...(picked.length ? [] : [jobs('tests of the jobs', 'not large', wheel)]),
];

const statics = (node) => [
  ['format and lint', node, [bin('@biomejs/biome/bin/biome'), 'check']],
  [
    'format of the jobs',
    steps.python,
    ['-m', 'ruff', 'format', '--check', 'spark', 'tests/spark', 'emulators', 'tools', 'bench'],
  ],
  ['lint of the jobs', steps.python, ['-m', 'ruff', 'check', 'spark', 'tests/spark', 'emulators', 'tools', 'bench']],
  ['types', node, [bin('typescript/bin/tsc'), '-p', 'tsconfig.json']],
  [
    'arrows',
    node,
    [bin('dependency-cruiser/bin/dependency-cruiser.mjs'), '--config', '.dependency-cruiser.mjs', ...rooms],
  ],
  ['dead code', node, [bin('knip/bin/knip.js')]],
  ['derived files', node, [at('tools/generate/main.ts'), '--check']],
  ['contracts against the main branch', node, [at('tools/check-breaking-contracts.ts')]],
];

const rooms = [
  'functions',
  'orchestrations',
  'medallion',
  'cloud',
  'environments',
  'cli',
  'emulators',
  'operations',
  'tools',
  'bench',
  'tests',
];

const commands = {
  async start() {
    const { node, wheel } = await toolsForAll();
    return run(node, [at('cli/start.ts'), ...rest], forTests(wheel));
  },
  land: async () => run(await toolsForNode(), [at('cli/land.ts'), ...rest]),
  sql: async () => run(await toolsForNode(), [at('cli/sql.ts'), ...rest]),
  status: async () => run(await toolsForNode(), [at('cli/status.ts'), ...rest]),
  catalog: async () => run(await toolsForNode(), [at('cli/catalog/run.ts'), ...rest]),
  derive: async () => run(await toolsForNode(), [at('tools/generate/main.ts'), ...rest]),
  async test() {
    const { node, wheel } = await toolsForAll();
    if (isLong(rest)) await steps.independentCheckers();
    return all(...tests(node, wheel, rest));
  },
  async bench() {
    const { node, wheel } = await toolsForAll();
    await steps.benchmarkPeers();
    const { packages, program } = steps.peerPython();
    const peers = { MEDALLION_PEERS: program, MEDALLION_PEERS_PATH: packages };
    return run(node, [at('bench/main.ts'), ...rest], { ...forTests(wheel), ...peers });
  },
  async check() {
    const { node, wheel } = await toolsForAll();
    if (rest.includes('--statics')) return all(...statics(node));
    const small = rest.includes('--rest') ? [] : tests(node, wheel);
    const large = jobs('large tests of the jobs', 'large', wheel);
    if (!rest.includes('--long')) return all(...statics(node), ...small, large);
    await steps.independentCheckers();
    return all(
      ...statics(node),
      ...small,
      large,
      vitest('long tests of the operator', node, wheel, { length: 'long' }),
    );
  },
};

try {
  if (!(command in commands))
    throw new SetupError(`'${command}' is not a command. Known are ${Object.keys(commands).join(', ')}.`);
  process.exitCode = await commands[command]();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
