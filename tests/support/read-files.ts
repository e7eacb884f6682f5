import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningStack } from '../../bench/harness/running-stack.ts';
import { root } from './root.ts';

/** Reads the files of a Delta table without Spark and without the catalog, until it is told to stop. */
export async function readFilesInLoop(cloud: RunningStack, table: string) {
  const { rows } = await cloud.query(`DESCRIBE DETAIL ${table}`);
  const folder = fileURLToPath(String(rows[0]?.['location']).replace(/^file:\/*/, 'file:///'));
  const program = path.join(root, '.tools/checkers/bin/python');
  const child = spawn(program, [path.join(root, 'tests/support/read_delta.py'), folder]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return {
    /** Everything that it saw. */
    stop: async (): Promise<ReadonlySet<string>> => {
      child.stdin.end();
      if ((await ended) !== 0) throw new Error(`The reader of '${folder}' has failed: ${stderr}`);
      return new Set(stdout.split('\n').filter((line) => line !== ''));
    },
  };
}
