import type { TableClient } from '@azure/data-tables';
import type { BatchId } from '../../medallion/files/manifest.ts';
import { Execution, type PlanId } from '../../medallion/reprocessing/plan.ts';
import { literal } from './entities.ts';
import { find, isStatus } from './table.ts';

const partition = '_executions';
const from = (entity: Record<string, unknown>) => Execution.parse(JSON.parse(String(entity['record'])));
const entityOf = (execution: Execution) => ({
  partitionKey: partition,
  rowKey: execution.plan,
  state: execution.state,
  batch: execution.batch ?? '',
  record: JSON.stringify(execution),
});

export async function execution(table: TableClient, plan: PlanId): Promise<Execution | undefined> {
  const entity = await find(table, partition, plan);
  return entity && from(entity);
}

/** The insert decides who is first. */
export async function execute(table: TableClient, wanted: Execution): Promise<Execution> {
  try {
    await table.createEntity(entityOf(wanted));
    return wanted;
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
    return (await execution(table, wanted.plan)) ?? wanted;
  }
}

export async function proceed(table: TableClient, next: Execution): Promise<void> {
  await table.updateEntity(entityOf(next), 'Replace');
}

export const queued = (table: TableClient) => oldest(table, "state eq 'queued'");
export const planOf = (table: TableClient, batch: BatchId) =>
  oldest(table, `state eq 'running' and batch eq ${literal(batch)}`);

async function oldest(table: TableClient, condition: string): Promise<PlanId | undefined> {
  const filter = `PartitionKey eq '${partition}' and ${condition}`;
  const waiting: Execution[] = [];
  for await (const entity of table.listEntities<Record<string, unknown>>({ queryOptions: { filter } })) {
    waiting.push(from(entity));
  }
  return waiting.sort((a, b) => (a.at < b.at ? -1 : 1))[0]?.plan;
}
