import type { TableClient } from '@azure/data-tables';
import { Layer } from '../../medallion/layer.ts';
import type { Streams } from '../../medallion/ports/streams.ts';
import { StreamRecord, StreamSettings } from '../../medallion/runs/stream.ts';
import { hasPrefix } from './keys.ts';
import { createRecordReader, toRecordColumns } from './records.ts';
import { findRow, isStatus, listRows } from './table.ts';

/**
 * In one partition:
 *   settings:<layer>   what people have set, over the environment
 *   stream:<layer>     where the layer's stream is
 *   publishing         there while releases of the streams are published
 */
const partition = '_streams';
const publishing = 'publishing';
const maxRaces = 20;
const toStream = createRecordReader(StreamRecord);

export function createStreams(getTable: () => Promise<TableClient>): Streams {
  const isPublishing = async () => (await findRow(await getTable(), partition, publishing)) !== undefined;
  return {
    list: async () => (await listRows(await getTable(), partition, [hasPrefix('stream')])).map(toStream),
    save: async (stream) => {
      await (await getTable()).upsertEntity(toStreamRow(stream), 'Replace');
    },
    update: async (layer, change) => update(await getTable(), layer, change),
    getSettings: async () => {
      const rows = await listRows(await getTable(), partition, [hasPrefix('settings')]);
      return Object.fromEntries(rows.map((row) => [Layer.parse(row['layer']), StreamSettings.parse(row)]));
    },
    updateSettings: async (layer, settings) => {
      const row = { partitionKey: partition, rowKey: `settings:${layer}`, layer, ...settings };
      await (await getTable()).upsertEntity(row, 'Merge');
    },
    isPublishing,
    setPublishing: async (value) => {
      const table = await getTable();
      if (value) await table.upsertEntity({ partitionKey: partition, rowKey: publishing });
      else if (await isPublishing()) await table.deleteEntity(partition, publishing);
    },
  };
}

const streamKey = (layer: Layer) => `stream:${layer}`;

const toStreamRow = (stream: StreamRecord) => ({
  partitionKey: partition,
  rowKey: streamKey(stream.layer),
  state: stream.state,
  ...toRecordColumns(stream),
});

async function update(
  table: TableClient,
  layer: Layer,
  change: (stream: StreamRecord) => StreamRecord | undefined,
): Promise<void> {
  for (let race = 0; race < maxRaces; race++) {
    const row = await findRow(table, partition, streamKey(layer));
    const changed = row && change(toStream(row));
    if (!changed) return;
    try {
      await table.updateEntity(toStreamRow(changed), 'Replace', { etag: String(row['etag']) });
      return;
    } catch (error) {
      if (!isStatus(error, 412)) throw error;
    }
  }
  throw new Error(`The stream of layer '${layer}' could not be changed: ${maxRaces} others changed it meanwhile.`);
}
