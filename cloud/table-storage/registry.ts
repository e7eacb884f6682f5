import type { TableClient } from '@azure/data-tables';
import { BatchId } from '../../medallion/files/manifest.ts';
import type { FileFilter, Registry } from '../../medallion/ports/world.ts';
import { fileFrom, fileKey, literal, withPrefix } from './entities.ts';
import { countPending, leave, pending, ring, settle, silence } from './queue.ts';
import { registrar } from './register-file.ts';
import { run, runs, saveRun } from './runs.ts';
import { isPublishing, saveStream, setPublishing, streams, wish, wishes } from './streams.ts';
import { page } from './table.ts';
import { closeBatches, openBatches, saveOpen } from './unreleased-batches.ts';

/** What is known of every file and every run, in one table of the host's account. */
export function registryIn(
  table: () => Promise<TableClient>,
  datasets: readonly string[],
  now: () => Date = () => new Date(),
): Registry {
  return {
    register: registrar(table, datasets, now),
    pending: async (most) => pending(await table(), most),
    countPending: async () => countPending(await table()),
    take: async (lines) => leave(await table(), lines, { fate: 'loading', batch: lines[0]?.batch }),
    supersede: async (files, because) => leave(await table(), files, { fate: 'superseded', because }),
    settle: async (lines, accounts, end) => settle(await table(), lines, accounts, end),
    file: async (id) => (await page(await table(), `RowKey eq ${literal(fileKey(id))}`, fileFrom, { most: 1 })).rows[0],
    files: async (filter, most, after) => page(await table(), filesWhere(filter), fileFrom, { most, after }),
    ring: async () => ring(await table()),
    silence: async () => silence(await table()),
    openBatches: async () => openBatches(await table()),
    saveOpen: async (batch) => saveOpen(await table(), batch),
    closeBatches: async (batches) => closeBatches(await table(), batches),
    wishes: async () => wishes(await table()),
    wish: async (layer, change) => wish(await table(), layer, change),
    streams: async () => streams(await table()),
    saveStream: async (record) => saveStream(await table(), record),
    isPublishing: async () => isPublishing(await table()),
    setPublishing: async (is) => setPublishing(await table(), is),
    saveRun: async (record) => saveRun(await table(), record),
    run: async (batch) => run(await table(), BatchId.parse(batch)),
    runs: async (most, after) => runs(await table(), most, after),
  };
}

function filesWhere({ dataset, fate, batch, path, release }: FileFilter): string {
  const wanted = { PartitionKey: dataset, fate, batch, path, release };
  const conditions = Object.entries(wanted).flatMap(([name, value]) => (value ? [`${name} eq ${literal(value)}`] : []));
  return [withPrefix('file'), ...conditions].join(' and ');
}
