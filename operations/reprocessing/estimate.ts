import { reportPath } from '../../medallion/files/manifest.ts';
import { JobReport } from '../../medallion/files/report.ts';
import { type Layer, layers } from '../../medallion/layer.ts';
import type { World } from '../../medallion/ports/world.ts';
import { expectedSeconds, type Lap } from '../../medallion/reprocessing/estimate.ts';
import type { Plan, PlannedFile, Step } from '../../medallion/reprocessing/plan.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { pooled } from '../map-concurrently.ts';
import { name } from './files-by-event-time.ts';

const runsLookedAt = 20;
const readAtOnce = 8;

/** Rows and time that a plan will take, from what earlier runs took. Seconds are missing where there is no history. */
export async function expectationOf(
  world: World,
  steps: readonly Step[],
  files: readonly PlannedFile[],
): Promise<Plan['expected']> {
  const rebuilt = steps.filter(({ how }) => how === 'rebuild');
  const lines = files.reduce((sum, file) => sum + (file.lines ?? 0), 0);
  const below = rebuilt.length > 0 ? await rowsBelow(world, rebuilt[0]?.layer ?? 'silver') : 0;
  const rows = lines + below;
  const { rows: runs } = await world.registry.runs(runsLookedAt);
  const laps = await lapsOf(world, runs);
  const seconds = steps.map(({ layer }) => expectedSeconds(laps.get(layer) ?? [], rows));
  if (seconds.some((each) => each === undefined)) return { rows };
  return { rows, seconds: Math.round(seconds.reduce<number>((sum, each) => sum + (each ?? 0), 0) * 10) / 10 };
}

async function lapsOf({ lake }: World, runs: readonly RunRecord[]): Promise<Map<Layer, Lap[]>> {
  const laps = new Map<Layer, Lap[]>();
  const published = runs.filter(({ outcome }) => outcome === 'published');
  await pooled(published, readAtOnce, async ({ batch, layers: records }) => {
    const text = await lake.readControl(reportPath(batch, 'bronze'));
    const rows = text === undefined ? undefined : linesIn(JobReport.parse(JSON.parse(text)));
    if (rows === undefined) return;
    for (const { endedAt, layer, startedAt } of records) {
      const seconds = (Date.parse(endedAt ?? startedAt) - Date.parse(startedAt)) / 1000;
      laps.set(layer, [...(laps.get(layer) ?? []), { rows, seconds }]);
    }
  });
  return laps;
}

const linesIn = ({ files = [] }: JobReport) => files.reduce((sum, { lines }) => sum + lines, 0);

/** How many rows a rebuild reads: all of the layer below it. A warehouse that refuses to count leaves it at none. */
async function rowsBelow({ tables, warehouse }: World, layer: Layer): Promise<number> {
  const below = layers[layers.indexOf(layer) - 1];
  const counts = tables
    .filter((each) => each.layer === below)
    .map(({ table }) => `SELECT count(*) AS n FROM ${name(table)}`);
  const answer = await warehouse.ask(`SELECT sum(n) AS n FROM (${counts.join(' UNION ALL ')})`);
  return answer.kind === 'rows' ? Number(answer.rows[0]?.['n'] ?? 0) : 0;
}
