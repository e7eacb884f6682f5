import { z } from 'zod';
import type { EventFields } from '../../medallion/events.ts';
import { type FreshnessPromise, getTableFreshness, listPromises } from '../../medallion/files/table-freshness.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { readNewest } from '../read-newest.ts';
import { listRecentRuns } from '../runs/list-recent-runs.ts';

type VitalPorts = Pick<
  Ports,
  'datasets' | 'files' | 'lake' | 'pipelineControl' | 'plans' | 'queue' | 'runs' | 'tables' | 'unreleasedBatches'
>;

/** Numbers by which one sees from outside whether the operator does its work. */
export interface Vitals {
  readonly operator: EventFields<'operator.status'>;
  readonly datasets: readonly EventFields<'dataset.status'>[];
  readonly tables: readonly EventFields<'table.status'>[];
  /** Missing until a first maintenance has ended. */
  readonly maintenance?: EventFields<'maintenance.status'>;
}

/** More than the runs of the six hours that an objective is watched over. */
const maxRuns = 100;

/** A file that waits for twice as long as promised is stuck; also where no contract promises anything. */
const defaultPromiseSeconds = 3600;

export async function readVitals(ports: VitalPorts, now: Date): Promise<Vitals> {
  const promises = listPromises(ports.tables);
  const [datasets, runs, batches, maintenance] = await Promise.all([
    Promise.all(ports.datasets.map(({ dataset }) => readDataset(ports, dataset, now))),
    listRecentRuns(ports, maxRuns),
    ports.unreleasedBatches.list(),
    readMaintenance(ports, now),
  ]);
  const unreleased = new Set(batches.map(({ batch }) => batch));
  const tables = promises.map((promise) => {
    const { isBurning, promiseSeconds, releaseAgeSeconds, table } = getTableFreshness(promise, runs, unreleased, now);
    return { table, promiseSeconds, ...(releaseAgeSeconds === undefined ? {} : { releaseAgeSeconds }), isBurning };
  });
  const operator = await readOperator(ports, datasets, now);
  return { operator, datasets, tables, ...(maintenance ? { maintenance } : {}) };
}

const toSeconds = (time: string, now: Date) => Math.max(0, Math.round((now.getTime() - Date.parse(time)) / 1000));

async function readDataset({ files, queue }: VitalPorts, dataset: string, now: Date) {
  const [pendingFiles, oldest] = await Promise.all([
    queue.count(dataset),
    files.list({ dataset, status: 'pending' }, 1),
  ]);
  const registeredAt = oldest.rows[0]?.registeredAt;
  return { dataset, pendingFiles, oldestPendingSeconds: registeredAt ? toSeconds(registeredAt, now) : 0 };
}

async function readOperator(
  ports: VitalPorts,
  datasets: Vitals['datasets'],
  now: Date,
): Promise<EventFields<'operator.status'>> {
  const [state, lastPublished, plan, running] = await Promise.all([
    ports.pipelineControl.getState(),
    ports.runs.lastPublished(),
    ports.plans.nextQueued(),
    ports.runs.listRunning(),
  ]);
  const [oldest] = datasets
    .filter(({ pendingFiles }) => pendingFiles > 0)
    .toSorted((a, b) => b.oldestPendingSeconds - a.oldestPendingSeconds);
  const status = {
    state: state?.state ?? ('running' as const),
    pendingFiles: datasets.reduce((sum, { pendingFiles }) => sum + pendingFiles, 0),
    isPlanQueued: plan !== undefined,
    runningRuns: running.length,
    ...(state ? { stateSeconds: toSeconds(state.at, now) } : {}),
    ...(oldest ? { oldestPendingSeconds: oldest.oldestPendingSeconds, oldestPendingDataset: oldest.dataset } : {}),
    ...(lastPublished?.endedAt ? { releaseAgeSeconds: toSeconds(lastPublished.endedAt, now) } : {}),
  };
  return { ...status, isStuck: isStuck(status, listPromises(ports.tables)) };
}

/** Files wait, and nothing is done about them, although nobody has stopped the pipeline. */
function isStuck(
  { oldestPendingSeconds = 0, runningRuns, state }: Omit<EventFields<'operator.status'>, 'isStuck'>,
  promises: readonly FreshnessPromise[],
): boolean {
  const promised = Math.min(defaultPromiseSeconds, ...promises.map(({ promiseSeconds }) => promiseSeconds));
  return state === 'running' && runningRuns === 0 && oldestPendingSeconds > 2 * promised;
}

/** What the nightly job writes when it has done all that it could. */
const MaintenanceRecord = z.object({
  at: z.string(),
  erased: z.record(z.string(), z.int()),
  waiting: z.array(z.string()),
  /** Erasures that are not done although they are some days old. An older version of the job does not count them. */
  overdue: z.int().default(0),
});

async function readMaintenance(ports: Pick<Ports, 'lake'>, now: Date): Promise<Vitals['maintenance']> {
  const content = await readNewest(ports, 'maintenance');
  if (content === undefined) return undefined;
  const { at, erased, overdue, waiting } = MaintenanceRecord.parse(content);
  const erasedLines = Object.values(erased).reduce((sum, lines) => sum + lines, 0);
  return { ageSeconds: toSeconds(at, now), erasedLines, waitingTables: waiting.length, overdueErasures: overdue };
}
