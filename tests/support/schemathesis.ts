import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.ts';

const folder = path.join(root, '.tools/fuzz');
const requirements = path.join(root, 'tests/fuzz/requirements.txt');

function run(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`'${program} ${args.join(' ')}' ended with code ${status}: ${stderr}`);
}

/** The program that fuzzes an API by its description; installed once, in an environment of its own. */
export function schemathesis(): string {
  const stamp = path.join(folder, 'stamp');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    run(path.join(root, '.tools/venv/bin/python'), ['-m', 'venv', '--clear', folder]);
    run(path.join(folder, 'bin/python'), [
      '-m',
      'pip',
      'install',
      '-q',
      '--disable-pip-version-check',
      '-r',
      requirements,
    ]);
    writeFileSync(stamp, wanted);
  }
  return path.join(folder, 'bin/schemathesis');
}

export interface Fuzzed {
  readonly code: number | null;
  readonly output: string;
}

/** Runs it against a running app. Code 0 means that nothing was found. */
export function fuzz(address: string, args: readonly string[], cwd: string): Promise<Fuzzed> {
  const all = [
    '--config-file',
    path.join(cwd, 'schemathesis.toml'),
    '--no-color',
    'run',
    `${address}/api/openapi.json`,
    ...args,
  ];
  const child = spawn(schemathesis(), all, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}
