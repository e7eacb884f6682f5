import type { TableClient, TransactionAction } from '@azure/data-tables';
import { BatchId, getBatchTime } from '../../medallion/files/manifest.ts';
import type { Runs } from '../../medallion/ports/runs.ts';
import { RunRecord, toShortRecord } from '../../medallion/runs/run.ts';
import { countdown, hasPrefix } from './keys.ts';
import { createRecordReader, toRecordColumns } from './records.ts';
import { findRow, isStatus, listRows, readPage } from './table.ts';

/**
 * Runs, and rows that answer what is asked again and again. A run and its rows change in one transaction.
 *   <countdown>:<batch>              a run, newest first; these keys alone begin with a digit
 *   published:<countdown>:<batch>    a run that published, once more
 *   running:<batch>                  there while a run is on
 *   last:ended, last:published       the run that ended last, and the one that published last
 *   last:verdict:<layer>             the run that gave the last verdict on a layer
 *   current                          the release that readers see
 */
export const runsPartition = '_runs';

const maxRaces = 20;

const runKey = (batch: BatchId) => `${countdown(getBatchTime(batch))}:${batch}`;
const publishedKey = (batch: BatchId) => `published:${runKey(batch)}`;
const runningKey = (batch: BatchId) => `running:${batch}`;

const toRun = createRecordReader(RunRecord);

export function createRuns(getTable: () => Promise<TableClient>): Runs {
  const get = async (batch: BatchId) => {
    const row = await findRow(await getTable(), runsPartition, runKey(batch));
    return row && toRun(row);
  };
  const getLast = async (name: string) => {
    const row = await findRow(await getTable(), runsPartition, `last:${name}`);
    return row && get(BatchId.parse(row['batch']));
  };
  return {
    save: async (run) => {
      const table = await getTable();
      await withRaces(run.batch, async () => table.submitTransaction(await createActions(table, run)));
    },
    update: async (batch, change) => update(await getTable(), batch, change),
    get,
    list: async (max, after) =>
      readPage(await getTable(), {
        partition: runsPartition,
        conditions: ["RowKey lt 'a'"],
        toItem: toRun,
        max,
        after,
      }),
    listPublished: async (max, after) => {
      const conditions = [hasPrefix('published')];
      return readPage(await getTable(), { partition: runsPartition, conditions, toItem: toRun, max, after });
    },
    listRunning: async () => {
      const rows = await listRows(await getTable(), runsPartition, [hasPrefix('running')]);
      const runs = await Promise.all(rows.map((row) => get(BatchId.parse(row['batch']))));
      return runs.filter((run) => run !== undefined);
    },
    lastEnded: () => getLast('ended'),
    lastPublished: () => getLast('published'),
    lastVerdict: (layer) => getLast(`verdict:${layer}`),
  };
}

async function update(
  table: TableClient,
  batch: BatchId,
  change: (run: RunRecord) => RunRecord | undefined,
): Promise<RunRecord | undefined> {
  return withRaces(batch, async () => {
    const row = await findRow(table, runsPartition, runKey(batch));
    const changed = row && change(toRun(row));
    if (changed) await table.submitTransaction(await createActions(table, changed, String(row['etag'])));
    return changed;
  });
}

/** Somebody else may have changed a run, or a row that follows from runs, between the look and the write. */
async function withRaces<Result>(batch: BatchId, attempt: () => Promise<Result>): Promise<Result> {
  for (let race = 1; ; race++) {
    try {
      return await attempt();
    } catch (error) {
      const isRace = [404, 409, 412].some((status) => isStatus(error, status));
      // A table that does not answer is an outage, which its own error tells.
      if (!isRace) throw error;
      if (race >= maxRaces) throw new Error(`Run '${batch}' could not be saved.`, { cause: error });
    }
  }
}

async function createActions(table: TableClient, run: RunRecord, etag?: string): Promise<TransactionAction[]> {
  const { batch, outcome } = run;
  const toRow = (rowKey: string) => ({
    partitionKey: runsPartition,
    rowKey,
    outcome,
    ...toRecordColumns(toShortRecord(run)),
  });
  const own: TransactionAction =
    etag === undefined
      ? ['upsert', toRow(runKey(batch)), 'Replace']
      : ['update', toRow(runKey(batch)), 'Replace', { etag }];
  return [
    own,
    ...(outcome === 'published' ? [['upsert', toRow(publishedKey(batch)), 'Replace'] as TransactionAction] : []),
    ...(await createRunningActions(table, run)),
    ...(await createPointerActions(table, run)),
  ];
}

async function createRunningActions(table: TableClient, { batch, outcome }: RunRecord): Promise<TransactionAction[]> {
  const row = { partitionKey: runsPartition, rowKey: runningKey(batch), batch };
  if (outcome === 'running') return [['upsert', row, 'Replace']];
  return (await findRow(table, runsPartition, row.rowKey)) ? [['delete', row]] : [];
}

/** Pointers only move forward: a run that is saved again late does not take the place of a younger one. */
async function createPointerActions(table: TableClient, run: RunRecord): Promise<TransactionAction[]> {
  const rows = await listRows(table, runsPartition, [hasPrefix('last')]);
  const pointers = new Map(rows.map((row) => [row['rowKey'], row]));
  return Object.entries(toPointers(run)).flatMap(([rowKey, at]): TransactionAction[] => {
    const row = { partitionKey: runsPartition, rowKey, batch: run.batch, at };
    const before = pointers.get(rowKey);
    if (!before) return [['create', row]];
    if (String(before['at']) > at) return [];
    return [['update', row, 'Replace', { etag: String(before['etag']) }]];
  });
}

/** The rows that a run may claim, and the moment that decides. */
function toPointers({ endedAt, layers, outcome, startedAt }: RunRecord): Record<string, string> {
  const verdicts = layers.filter(({ verdict, versions }) => verdict && versions);
  const at = endedAt ?? startedAt;
  return {
    ...(outcome === 'running' ? {} : { 'last:ended': at }),
    ...(outcome === 'published' ? { 'last:published': at } : {}),
    ...Object.fromEntries(
      verdicts.map((record) => [`last:verdict:${record.layer}`, record.endedAt ?? record.startedAt]),
    ),
  };
}
