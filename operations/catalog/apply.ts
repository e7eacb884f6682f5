import { type Change, phases } from '../../medallion/catalog/table-changes.ts';
import type { Warehouse } from '../../medallion/ports/world.ts';
import { rowsOf } from './rows.ts';

const atOnce = 4;

/** Performs changes phase by phase; those on one object in their order, those on different ones side by side. */
export async function applyChanges(changes: readonly Change[], warehouse: Warehouse): Promise<void> {
  for (const phase of phases) {
    const byObject = Map.groupBy(
      changes.filter((change) => change.phase === phase),
      ({ on }) => on,
    );
    const waiting = [...byObject.values()];
    const workers = Array.from({ length: atOnce }, async () => {
      for (let some = waiting.shift(); some; some = waiting.shift())
        for (const { statement } of some) await rowsOf(warehouse, statement);
    });
    await Promise.all(workers);
  }
}
