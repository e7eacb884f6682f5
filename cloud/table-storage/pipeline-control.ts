import type { TableClient } from '@azure/data-tables';
import type { PipelineControl } from '../../medallion/ports/pipeline-control.ts';
import { PipelineState } from '../../medallion/runs/pipeline-state.ts';
import { createRecordReader, findRow } from './table.ts';

const stateRow = { partitionKey: '_pipeline', rowKey: 'state' };
const cancellations = '_cancellations';
const toState = createRecordReader(PipelineState);

export const createPipelineControl = (getTable: () => Promise<TableClient>): PipelineControl => ({
  getState: async () => {
    const row = await findRow(await getTable(), stateRow.partitionKey, stateRow.rowKey);
    return row && toState(row);
  },
  setState: async (state) => {
    await (await getTable()).upsertEntity({ ...stateRow, record: JSON.stringify(state) }, 'Replace');
  },
  requestCancellation: async (batch, reason) => {
    const row = { partitionKey: cancellations, rowKey: batch, reason };
    await (await getTable()).upsertEntity(row, 'Replace');
  },
  findCancellation: async (batch) => {
    const row = await findRow(await getTable(), cancellations, batch);
    return row && String(row['reason']);
  },
});
