import type { TableClient } from '@azure/data-tables';
import type { Plans } from '../../medallion/ports/plans.ts';
import { Execution, type PlanId } from '../../medallion/reprocessing/plan.ts';
import { quote } from './keys.ts';
import { createRecordReader, findRow, isStatus, listRows } from './table.ts';

const partition = '_executions';
const toExecution = createRecordReader(Execution);
const toRow = (execution: Execution) => ({
  partitionKey: partition,
  rowKey: execution.plan,
  state: execution.state,
  batch: execution.batch ?? '',
  record: JSON.stringify(execution),
});

export function createPlans(getTable: () => Promise<TableClient>): Plans {
  const getExecution = async (plan: PlanId) => {
    const row = await findRow(await getTable(), partition, plan);
    return row && toExecution(row);
  };
  return {
    queue: async (execution) => {
      try {
        // The insert decides who is first.
        await (await getTable()).createEntity(toRow(execution));
        return execution;
      } catch (error) {
        if (!isStatus(error, 409)) throw error;
        return (await getExecution(execution.plan)) ?? execution;
      }
    },
    getExecution,
    saveExecution: async (execution) => {
      await (await getTable()).updateEntity(toRow(execution), 'Replace');
    },
    nextQueued: async () => findOldest(await getTable(), ["state eq 'queued'"]),
    findRunningPlan: async (batch) => findOldest(await getTable(), ["state eq 'running'", `batch eq ${quote(batch)}`]),
  };
}

async function findOldest(table: TableClient, conditions: readonly string[]): Promise<PlanId | undefined> {
  const executions = (await listRows(table, partition, conditions)).map(toExecution);
  return executions.sort((a, b) => (a.at < b.at ? -1 : 1))[0]?.plan;
}
