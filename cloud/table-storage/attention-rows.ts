import type { TableClient, TransactionAction } from '@azure/data-tables';
import { fileKey } from './keys.ts';
import { findRow, type Row } from './table.ts';

/** Whether somebody has to look at a file, or has decided that nobody has to. */
export type Attention = 'attention' | 'dismissed';

export const attentionKey = (attention: Attention, file: string) => `${attention}:${file}`;

const toRow = (dataset: string, attention: Attention, file: string) => ({
  partitionKey: dataset,
  rowKey: attentionKey(attention, file),
  file,
});

export const createAttention = (dataset: string, file: string): TransactionAction => [
  'upsert',
  toRow(dataset, 'attention', file),
  'Replace',
];

/** Brings the rows of a file to what is said of it now. What is there already is looked up, as only that can be deleted. */
export async function createAttentionActions(
  table: TableClient,
  { dataset, file }: { readonly dataset: string; readonly file: string },
  wanted: Attention | undefined,
): Promise<TransactionAction[]> {
  const kinds: Attention[] = ['attention', 'dismissed'];
  const rows = await Promise.all(kinds.map((kind) => findRow(table, dataset, attentionKey(kind, file))));
  return kinds.flatMap((kind, index): TransactionAction[] => {
    if (kind === wanted) return [['upsert', toRow(dataset, kind, file), 'Replace']];
    return rows[index] ? [['delete', { partitionKey: dataset, rowKey: attentionKey(kind, file) }]] : [];
  });
}

/** The file that such a row points to. */
export const findMarkedFile = (table: TableClient, row: Row): Promise<Row | undefined> =>
  findRow(table, String(row['partitionKey']), fileKey(String(row['file'])));
