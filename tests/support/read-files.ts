import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningStack } from '../../bench/harness/running-stack.ts';
import { collectOutput } from '../../cli/child-output.ts';
import { root } from './root.ts';

/** Reads the files of a Delta table without Spark and without the catalog, until it is told to stop. */
export async function readFilesInLoop(cloud: RunningStack, table: string) {
  const { rows } = await cloud.query(`DESCRIBE DETAIL ${table}`);
  const folder = fileURLToPath(String(rows[0]?.['location']).replace(/^file:\/*/, 'file:///'));
  const program = path.join(root, '.tools/checkers/bin/python');
  const child = spawn(program, [path.join(root, 'tests/support/read_delta.py'), folder]);
  const ended = collectOutput(child);
  return {
    /** Everything that it saw. */
    stop: async (): Promise<ReadonlySet<string>> => {
      child.stdin.end();
      const { code, stderr, stdout } = await ended;
      if (code !== 0) throw new Error(`The reader of '${folder}' has failed: ${stderr}`);
      return new Set(stdout.split('\n').filter((line) => line !== ''));
    },
  };
}
