import { type Change, phases } from '../../medallion/catalog/table-changes.ts';
import { mapConcurrently } from '../../medallion/map-concurrently.ts';
import type { SqlWarehouse } from '../../medallion/ports/sql-warehouse.ts';
import { queryRows } from './rows.ts';

const concurrency = 4;

/** Performs changes phase by phase; those on one object in their order, those on different ones side by side. */
export async function applyChanges(changes: readonly Change[], sqlWarehouse: SqlWarehouse): Promise<void> {
  for (const phase of phases) {
    const ofPhase = changes.filter((change) => change.phase === phase);
    const byObject = [...Map.groupBy(ofPhase, ({ on }) => on).values()];
    await mapConcurrently(byObject, concurrency, async (group) => {
      for (const { statement } of group) await queryRows(sqlWarehouse, statement);
    });
  }
}
