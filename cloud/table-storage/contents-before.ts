import type { TableClient } from '@azure/data-tables';
import type { FileId } from '../../medallion/files/file.ts';
import { fileKey } from './keys.ts';
import { findRow, type Row } from './table.ts';

/**
 * The contents of a path, from the one that is named back to the last that was in a release, which has ended those before
 * it. Each names the one before. Their places fall, so a chain that is damaged ends.
 */
export async function listContentsBack(
  table: TableClient,
  dataset: string,
  { file, sequence }: { readonly file: FileId | undefined; readonly sequence: number },
): Promise<Row[]> {
  const rows: Row[] = [];
  let limit = sequence;
  for (let before = file; before; ) {
    const row = await findRow(table, dataset, fileKey(before));
    if (row === undefined || Number(row['sequence']) >= limit) break;
    rows.push(row);
    if (row['release']) break;
    limit = Number(row['sequence']);
    before = row['replaces'] ? String(row['replaces']) : undefined;
  }
  return rows;
}

/**
 * A content that is put back leaves its old place among the contents of its path. The one that came after it then names
 * the one before it, or those before would be found by nobody, and never end.
 */
export async function findGap(
  table: TableClient,
  own: Row,
  { file, sequence }: { readonly file: FileId; readonly sequence: number },
): Promise<{ readonly file: FileId; readonly replaces: FileId | '' } | undefined> {
  const contents = await listContentsBack(table, String(own['partitionKey']), { file, sequence: sequence + 1 });
  const after = contents.find(({ replaces }) => replaces === own['file']);
  return after && { file: String(after['file']), replaces: String(own['replaces'] ?? '') };
}
