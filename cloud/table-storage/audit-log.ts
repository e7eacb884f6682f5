import type { TableClient } from '@azure/data-tables';
import { Act } from '../../medallion/audit/audit-entry.ts';
import type { Page } from '../../medallion/page.ts';
import { literal } from './entities.ts';
import { countdown, page } from './table.ts';

const partition = '_acts';

export async function recordAct(table: TableClient, act: Act): Promise<void> {
  const rowKey = `${countdown(new Date(act.at))}:${act.act}`;
  await table.createEntity({ partitionKey: partition, rowKey, target: act.target, record: JSON.stringify(act) });
}

export function acts(
  table: TableClient,
  { target }: { readonly target?: string | undefined },
  most: number,
  after?: string,
): Promise<Page<Act>> {
  const read = (entity: Record<string, unknown>) => Act.parse(JSON.parse(String(entity['record'])));
  const ofTarget = target === undefined ? '' : ` and target eq ${literal(target)}`;
  return page(table, `PartitionKey eq '${partition}'${ofTarget}`, read, { most, after });
}
