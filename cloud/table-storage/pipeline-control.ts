import type { TableClient } from '@azure/data-tables';
import { BatchId } from '../../medallion/files/manifest.ts';
import type { PipelineControl } from '../../medallion/ports/pipeline-control.ts';
import { PipelineState } from '../../medallion/runs/pipeline-state.ts';
import { maxReasonLength, shorten } from '../../medallion/texts.ts';
import { createRecordReader, toRecordColumns } from './records.ts';
import { findRow, findWritten, isStatus, type Row } from './table.ts';

const stateRow = { partitionKey: '_pipeline', rowKey: 'state' };
const formingRow = { partitionKey: '_pipeline', rowKey: 'forming' };
const maxRaces = 20;
const cancellations = '_cancellations';
const toState = createRecordReader(PipelineState);

export const createPipelineControl = (getTable: () => Promise<TableClient>): PipelineControl => ({
  getState: async () => {
    const row = await findRow(await getTable(), stateRow.partitionKey, stateRow.rowKey);
    return row && toState(row);
  },
  setState: async (state) => {
    await (await getTable()).upsertEntity({ ...stateRow, ...toRecordColumns(state) }, 'Replace');
  },
  updateState: async (change) => {
    const table = await getTable();
    for (let race = 0; race < maxRaces; race++) {
      const row = await findRow(table, stateRow.partitionKey, stateRow.rowKey);
      const changed = change(row && toState(row));
      if (!changed) return undefined;
      if (await trySave(table, changed, row)) return changed;
    }
    throw new Error(`The state of the pipeline could not be saved: ${maxRaces} others changed it meanwhile.`);
  },
  findForming: async () => {
    const row = await findRow(await getTable(), formingRow.partitionKey, formingRow.rowKey);
    return row?.['batch'] ? BatchId.parse(row['batch']) : undefined;
  },
  startForming: async (batch) => {
    await (await getTable()).upsertEntity({ ...formingRow, batch }, 'Replace');
  },
  endForming: async () => {
    await (await getTable()).upsertEntity({ ...formingRow, batch: '' }, 'Replace');
  },
  requestCancellation: async (batch, reason) => {
    const row = { partitionKey: cancellations, rowKey: batch, reason: shorten(reason, maxReasonLength) };
    await (await getTable()).upsertEntity(row, 'Replace');
  },
  findCancellation: async (batch) => {
    const row = await findRow(await getTable(), cancellations, batch);
    return row && String(row['reason']);
  },
});

/** False if somebody else was faster. */
async function trySave(table: TableClient, state: PipelineState, before: Row | undefined): Promise<boolean> {
  const row = { ...stateRow, ...toRecordColumns(state) };
  try {
    if (before) await table.updateEntity(row, 'Replace', { etag: String(before['etag']) });
    else await table.createEntity(row);
    return true;
  } catch (error) {
    if (!isStatus(error, 409) && !isStatus(error, 412)) throw error;
    return (await findWritten(table, row)) !== undefined;
  }
}
