import type { TableClient } from '@azure/data-tables';
import type { Definitions } from '../../medallion/contracts/definition.ts';
import type { Desk } from '../../medallion/ports/desk.ts';
import { Standing } from '../../medallion/runs/pipeline-state.ts';
import { acts, recordAct } from './audit-log.ts';
import { discard, latest, quarantined, reload } from './files.ts';
import { answered, claim, forget, unclaim } from './idempotency-keys.ts';
import { execute, execution, planOf, proceed, queued } from './plans.ts';
import { find } from './table.ts';

/** What people have decided, in the same table as the files and runs that it is about. */
export function deskIn(table: () => Promise<TableClient>): Desk {
  const noted = async (partition: string, row: string, name: string) => {
    const entity = await find(await table(), partition, row);
    return entity && String(entity[name]);
  };
  const note = async (partition: string, row: string, columns: Record<string, string>) => {
    await (await table()).upsertEntity({ partitionKey: partition, rowKey: row, ...columns }, 'Replace');
  };
  return {
    record: async (act) => recordAct(await table(), act),
    acts: async (filter, most, after) => acts(await table(), filter, most, after),
    standing: async () => {
      const record = await noted('_pipeline', 'standing', 'record');
      return record === undefined ? undefined : Standing.parse(JSON.parse(record));
    },
    stand: (standing) => note('_pipeline', 'standing', { record: JSON.stringify(standing) }),
    republished: async () => {
      const entity = await find(await table(), '_pipeline', 'republished');
      return entity && { release: String(entity['release']), as: String(entity['as']), at: String(entity['at']) };
    },
    republish: (again) => note('_pipeline', 'republished', { ...again }),
    cancel: (batch, because) => note('_cancellations', batch, { because }),
    cancellation: (batch) => noted('_cancellations', batch, 'because'),
    execute: async (wanted) => execute(await table(), wanted),
    execution: async (plan) => execution(await table(), plan),
    queued: async () => queued(await table()),
    planOf: async (batch) => planOf(await table(), batch),
    proceed: async (next) => proceed(await table(), next),
    generation: (layer) => noted('_generations', layer, 'generation'),
    begin: (layer, generation) => note('_generations', layer, { generation }),
    definitions: async () => definitions(await table()),
    define: async (defined) => {
      for (const [name, definition] of Object.entries(defined)) await note('_definitions', name, { definition });
    },
    latest: async (datasets, most, after) => latest(await table(), datasets, most, after),
    reload: async (lines) => reload(await table(), lines),
    quarantined: async (filter, most, after) => quarantined(await table(), filter, most, after),
    discard: async (file, because) => discard(await table(), file, because),
    claim: async (request, longestSeconds) => claim(await table(), request, longestSeconds),
    answered: async (request, answer) => answered(await table(), request, answer),
    unclaim: async (request) => unclaim(await table(), request),
    forgetRequests: async (before) => forget(await table(), before),
  };
}

async function definitions(table: TableClient): Promise<Definitions> {
  const known: Record<string, string> = {};
  const filter = "PartitionKey eq '_definitions'";
  for await (const entity of table.listEntities<Record<string, unknown>>({ queryOptions: { filter } })) {
    known[String(entity['rowKey'])] = String(entity['definition']);
  }
  return known;
}
