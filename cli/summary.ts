import { toSortTerm } from '../medallion/contracts/display.ts';
import { describeVerdict } from '../medallion/quality/verdict.ts';
import type { RunRecord } from '../medallion/runs/run.ts';
import { askExactly } from './exact-query.ts';
import { formatRows } from './format.ts';
import { ask } from './operator.ts';
import { withWarehouse } from './query.ts';
import type { Addresses } from './stack/home.ts';
import { secondsBetween } from './watch.ts';

/** What the operator says of a published table. */
interface Table {
  readonly name: string;
  readonly keys: readonly string[];
  readonly display?: { readonly order: readonly string[] };
}

const maxRows = 20;

function createQuery({ display, keys, name }: Table): string {
  const order = (display?.order ?? keys).map(toSortTerm);
  return `SELECT * FROM ${name}${order.length > 0 ? ` ORDER BY ${order.join(', ')}` : ''} LIMIT ${maxRows}`;
}

/** What readers see now, and how the last run came to it. */
export async function printSummary(home: string, running: Addresses, print: (line: string) => void): Promise<void> {
  const { tables } = await ask<{ tables: Table[] }>(running, 'tables');
  await withWarehouse(home, running, async (query) => {
    for (const table of tables)
      print(`\n${table.name}\n${formatRows(await askExactly(query, createQuery(table)), 'table')}`);
  });
  const { runs } = await ask<{ runs: RunRecord[] }>(running, 'runs?limit=1');
  const last = runs[0];
  if (last) print(`\n${describeRun(last)}`);
}

/** The same for a stack that goes on in any case: whoever started it reads why there is no summary. */
export async function printSummaryOrReason(...parameters: Parameters<typeof printSummary>): Promise<void> {
  const [, , print] = parameters;
  try {
    await printSummary(...parameters);
  } catch (error) {
    print(`\nThe tables could not be read just now: ${(error as Error).message}`);
    print('Read them later, as with: npm run sql -- "SHOW TABLES IN gold"');
  }
}

function describeRun(run: RunRecord): string {
  const layers = run.layers.map(({ endedAt, layer, startedAt, verdict }) => {
    const judged = verdict
      ? `${verdict.outcome.padEnd(8)} ${verdict.outcome === 'passed' ? `${verdict.rules} rules hold` : describeVerdict(verdict)}`
      : 'not judged';
    return `${layer.padEnd(8)} ${secondsBetween(startedAt, endedAt).padStart(6)} s  ${judged}`;
  });
  return [
    ...layers,
    `release  ${run.release ?? 'none'}`,
    `in all   ${secondsBetween(run.startedAt, run.endedAt).padStart(6)} s  ${run.outcome}`,
  ].join('\n');
}
