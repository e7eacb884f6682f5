import { toPhysicalName } from '../medallion/contracts/sql.ts';
import type { Versions } from '../medallion/layer.ts';
import type { Ports } from '../medallion/ports/index.ts';

const tooOld = 'DELTA_UNSUPPORTED_TIME_TRAVEL_BEYOND_DELETED_FILE_RETENTION_DURATION';

/** Whether the warehouse rejected a version because it is older than the retention. No clock here knows that as well. */
export const isTooOld = (reason: string): boolean => reason.includes(tooOld);

/** The tables whose versions are too old to be read. No row is read. */
export async function listUnreadable(
  { sqlWarehouse }: Pick<Ports, 'sqlWarehouse'>,
  versions: Versions,
): Promise<string[]> {
  const results = await Promise.all(
    Object.entries(versions).map(async ([table, version]) => ({
      table,
      result: await sqlWarehouse.query(`SELECT 1 FROM ${toPhysicalName(table)} VERSION AS OF ${version} LIMIT 0`),
    })),
  );
  return results.flatMap(({ result, table }) => (result.kind === 'rejected' && isTooOld(result.reason) ? [table] : []));
}
