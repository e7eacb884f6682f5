import { isDeepStrictEqual } from 'node:util';
import { readContent } from '../harness/read-content.ts';
import { RunningStack } from '../harness/running-stack.ts';
import type { Evidence } from './evidence.ts';
import { findContent } from './expected-lines.ts';
import { passNight } from './maintenance.ts';

/** What the tables of the lakehouse have to be: those of another one, to which only what counts has landed, undisturbed, and out of which a night has taken the deleted people. */
export async function findWrongGold(actual: Record<string, unknown>, evidence: Evidence): Promise<string[]> {
  const stack = await RunningStack.start();
  try {
    for (const [path, content] of listLoaded(evidence)) await stack.land(path, content);
    await stack.waitUntilQuiet();
    await passNight(stack);
    const expected = await readContent(stack);
    return Object.keys(expected)
      .filter((table) => !isDeepStrictEqual(expected[table], actual[table]))
      .map((table) => `'${table}' is ${describe(actual[table])}, and should be ${describe(expected[table])}.`);
  } finally {
    await stack.dismiss();
  }
}

/** The published content of each path: what lies in the landing zone, or what bronze still has of a file that was removed. */
function listLoaded(evidence: Evidence): [string, Buffer][] {
  const { files, rows, storage } = evidence;
  return files.flatMap((file) => {
    if (file.status !== 'published') return [];
    const own = rows.filter((row) => row.file === file.file).toSorted((a, b) => a.number - b.number);
    const content = storage.get(file.path)?.content ?? findContent(evidence, file, own);
    return content === undefined ? [] : [[file.path, content] as [string, Buffer]];
  });
}

function describe(table: unknown): string {
  const rows = table as readonly unknown[];
  const toText = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
  return `${rows.length} rows: ${JSON.stringify(rows, toText).slice(0, 300)}`;
}
