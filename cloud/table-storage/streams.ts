import type { TableClient } from '@azure/data-tables';
import { Layer } from '../../medallion/layer.ts';
import { StreamRecord, Wish, type Wishes } from '../../medallion/runs/stream.ts';
import { find } from './table.ts';

/**
 * What is asked of the streams and what is known of them, in one partition:
 *   wish:<layer>      what somebody has asked for, over the environment
 *   stream:<layer>    where the layer's stream is
 *   publishing        there while the releases of the streams are published
 */
const partition = '_streams';
const publishing = 'publishing';

async function* rows(table: TableClient, kind: string) {
  const filter = `PartitionKey eq '${partition}' and RowKey ge '${kind}:' and RowKey lt '${kind};'`;
  yield* table.listEntities<Record<string, unknown>>({ queryOptions: { filter } });
}

export async function wishes(table: TableClient): Promise<Wishes> {
  const asked: Wishes = {};
  for await (const entity of rows(table, 'wish'))
    asked[Layer.parse(entity['layer'])] = Wish.parse({ mode: entity['mode'], drained: entity['drained'] });
  return asked;
}

export async function wish(table: TableClient, layer: Layer, change: Wish): Promise<void> {
  await table.upsertEntity({ partitionKey: partition, rowKey: `wish:${layer}`, layer, ...change }, 'Merge');
}

export async function streams(table: TableClient): Promise<StreamRecord[]> {
  const known: StreamRecord[] = [];
  for await (const entity of rows(table, 'stream'))
    known.push(StreamRecord.parse(JSON.parse(String(entity['record']))));
  return known;
}

export async function saveStream(table: TableClient, record: StreamRecord): Promise<void> {
  const key = { partitionKey: partition, rowKey: `stream:${record.layer}` };
  await table.upsertEntity({ ...key, state: record.state, record: JSON.stringify(record) }, 'Replace');
}

export const isPublishing = async (table: TableClient): Promise<boolean> =>
  (await find(table, partition, publishing)) !== undefined;

export async function setPublishing(table: TableClient, is: boolean): Promise<void> {
  if (is) await table.upsertEntity({ partitionKey: partition, rowKey: publishing });
  else if (await isPublishing(table)) await table.deleteEntity(partition, publishing);
}
