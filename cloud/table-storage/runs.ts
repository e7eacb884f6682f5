import type { TableClient } from '@azure/data-tables';
import { type BatchId, batchTime } from '../../medallion/files/manifest.ts';
import type { Page } from '../../medallion/page.ts';
import { RunRecord } from '../../medallion/runs/run.ts';
import { countdown, find, page } from './table.ts';

const partition = '_runs';

/** Newest first: the table sorts by key, so the key counts down. */
const runKey = (batch: BatchId) => `${countdown(batchTime(batch))}:${batch}`;

const runFrom = (entity: Record<string, unknown>) => RunRecord.parse(JSON.parse(String(entity['record'])));

export async function saveRun(table: TableClient, run: RunRecord): Promise<void> {
  const key = { partitionKey: partition, rowKey: runKey(run.batch) };
  await table.upsertEntity({ ...key, outcome: run.outcome, record: JSON.stringify(run) }, 'Replace');
}

export async function run(table: TableClient, batch: BatchId): Promise<RunRecord | undefined> {
  const entity = await find(table, partition, runKey(batch));
  return entity && runFrom(entity);
}

export function runs(table: TableClient, most: number, after?: string): Promise<Page<RunRecord>> {
  return page(table, `PartitionKey eq '${partition}'`, runFrom, { most, after });
}
