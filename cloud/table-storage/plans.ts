import type { TableClient, TransactionAction } from '@azure/data-tables';
import type { Plans } from '../../medallion/ports/plans.ts';
import { Execution, PlanId } from '../../medallion/reprocessing/plan.ts';
import { hasPrefix } from './keys.ts';
import { createRecordReader, toRecordColumns } from './records.ts';
import { findRow, isStatus, type Row, readRows } from './table.ts';

/**
 * Executions by plan, and rows that lead to those that are not over. They change in one transaction:
 *   <plan>                 an execution
 *   queued:<time>:<plan>   there while it waits, oldest first
 *   running:<batch>        there while it runs
 */
const partition = '_executions';
const maxRaces = 20;
const toExecution = createRecordReader(Execution);

export function createPlans(getTable: () => Promise<TableClient>): Plans {
  const getExecution = async (plan: PlanId) => {
    const row = await findRow(await getTable(), partition, plan);
    return row && toExecution(row);
  };
  return {
    queue: async (execution) => {
      try {
        // The insert decides who is first.
        const pointer = toPointer(execution);
        const actions: TransactionAction[] = [
          ['create', toRow(execution)],
          ...(pointer ? [createPointer(pointer)] : []),
        ];
        await (await getTable()).submitTransaction(actions);
        return execution;
      } catch (error) {
        if (!isStatus(error, 409)) throw error;
        return (await getExecution(execution.plan)) ?? execution;
      }
    },
    getExecution,
    updateExecution: async (plan, change) => update(await getTable(), plan, change),
    nextQueued: async () => {
      const toItem = (row: Row) => PlanId.parse(row['plan']);
      const [plan] = await readRows(await getTable(), { partition, conditions: [hasPrefix('queued')], toItem, max: 1 });
      return plan;
    },
    findRunningPlan: async (batch) => {
      const row = await findRow(await getTable(), partition, `running:${batch}`);
      return row && PlanId.parse(row['plan']);
    },
  };
}

const toRow = (execution: Execution) => ({
  partitionKey: partition,
  rowKey: execution.plan,
  state: execution.state,
  ...toRecordColumns(execution),
});

interface Pointer {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly plan: PlanId;
}

/** The row that leads to an execution which is not over. */
function toPointer({ at, batch, plan, state }: Execution): Pointer | undefined {
  if (state === 'queued') return { partitionKey: partition, rowKey: `queued:${at}:${plan}`, plan };
  return state === 'running' && batch ? { partitionKey: partition, rowKey: `running:${batch}`, plan } : undefined;
}

const createPointer = (pointer: Pointer): TransactionAction => ['upsert', { ...pointer }, 'Replace'];

async function update(
  table: TableClient,
  plan: PlanId,
  change: (execution: Execution) => Execution | undefined,
): Promise<Execution | undefined> {
  for (let race = 0; race < maxRaces; race++) {
    const row = await findRow(table, partition, plan);
    const before = row && toExecution(row);
    const changed = before && change(before);
    if (!changed) return undefined;
    const etag = String(row['etag']);
    const old = toPointer(before);
    const pointer = toPointer(changed);
    const actions: TransactionAction[] = [['update', toRow(changed), 'Replace', { etag }]];
    if (old && old.rowKey !== pointer?.rowKey) actions.push(['delete', { ...old }]);
    if (pointer) actions.push(createPointer(pointer));
    try {
      await table.submitTransaction(actions);
      return changed;
    } catch (error) {
      if (![404, 412].some((status) => isStatus(error, status))) throw error;
    }
  }
  throw new Error(`The execution of plan '${plan}' could not be saved: ${maxRaces} others changed it meanwhile.`);
}
