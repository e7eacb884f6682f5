import { describeVerdict } from '../medallion/quality/verdict.ts';
import type { RunRecord } from '../medallion/runs/run.ts';
import { formatRows } from './format.ts';
import { ask } from './operator.ts';
import { withWarehouse } from './query.ts';
import type { Addresses } from './stack/home.ts';
import { secondsBetween } from './watch.ts';

const listGold = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'gold' ORDER BY table_name";

/** What readers see now, and how the last run came to it. */
export async function printSummary(home: string, running: Addresses, print: (line: string) => void): Promise<void> {
  await withWarehouse(home, running, async (query) => {
    for (const row of (await query(listGold)).rows) {
      const table = `gold.${String(row['table_name'])}`;
      const rows = await query(`SELECT * FROM ${table} ORDER BY ALL LIMIT 20`);
      print(`\n${table}\n${formatRows(rows, 'table')}`);
    }
  });
  const { runs } = await ask<{ runs: RunRecord[] }>(running, 'runs?limit=1');
  const last = runs[0];
  if (last) print(`\n${describeRun(last)}`);
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
