import { requireIdentifier } from '../../medallion/contracts/sql.ts';
import { type Layer, layers } from '../../medallion/layer.ts';
import { mapConcurrently } from '../../medallion/map-concurrently.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { estimateSeconds, type RunSample } from '../../medallion/reprocessing/estimate.ts';
import type { Plan, PlannedFile, Step } from '../../medallion/reprocessing/plan.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { readReport } from '../read-report.ts';

type EstimatePorts = Pick<Ports, 'lake' | 'runs' | 'sqlWarehouse' | 'tables'>;

/** So many releases are enough to draw a line through. */
const maxSampledRuns = 20;
const concurrency = 8;

/** Rows and time that a plan will take, from what earlier runs took. Seconds are missing where there is no history. */
export async function estimatePlan(
  ports: EstimatePorts,
  steps: readonly Step[],
  files: readonly PlannedFile[],
): Promise<Plan['estimate']> {
  const [rebuilt] = steps.filter(({ kind }) => kind === 'rebuild');
  const lines = files.reduce((sum, file) => sum + (file.lines ?? 0), 0);
  const rows = lines + (rebuilt ? await countRowsBelow(ports, rebuilt.layer) : 0);
  const samples = await listSamples(ports, (await ports.runs.listPublished(maxSampledRuns)).rows);
  const seconds = steps.map(({ layer }) => estimateSeconds(samples.get(layer) ?? [], rows));
  if (seconds.includes(undefined)) return { rows };
  const total = seconds.reduce<number>((sum, stepSeconds) => sum + (stepSeconds ?? 0), 0);
  return { rows, seconds: Math.round(total * 10) / 10 };
}

async function listSamples(ports: EstimatePorts, runs: readonly RunRecord[]): Promise<Map<Layer, RunSample[]>> {
  const samples = new Map<Layer, RunSample[]>();
  await mapConcurrently(runs, concurrency, async ({ batch, layers: records }) => {
    const report = await readReport(ports, batch, 'bronze');
    if (report === undefined) return;
    const rows = (report.files ?? []).reduce((sum, { lines }) => sum + lines, 0);
    for (const { endedAt, layer, startedAt } of records) {
      const seconds = (Date.parse(endedAt ?? startedAt) - Date.parse(startedAt)) / 1000;
      samples.set(layer, [...(samples.get(layer) ?? []), { rows, seconds }]);
    }
  });
  return samples;
}

/** How many rows a rebuild reads: all of the layer below it. A warehouse that rejects the count leaves it at none. */
async function countRowsBelow({ sqlWarehouse, tables }: EstimatePorts, layer: Layer): Promise<number> {
  const below = layers[layers.indexOf(layer) - 1];
  const counts = tables
    .filter((contract) => contract.layer === below)
    .map(({ table }) => `SELECT count(*) AS n FROM ${requireIdentifier(table)}`);
  const result = await sqlWarehouse.query(`SELECT sum(n) AS n FROM (${counts.join(' UNION ALL ')})`);
  return result.kind === 'rows' ? Number(result.rows[0]?.['n'] ?? 0) : 0;
}
