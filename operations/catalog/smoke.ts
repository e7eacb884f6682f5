import { type CatalogSettings, compareCatalog, listUnreadableViews } from '../../medallion/catalog/difference.ts';
import type { Contracts } from '../../medallion/contracts/contract.ts';
import type { SqlWarehouse } from '../../medallion/ports/sql-warehouse.ts';
import { releaseAgeStatement } from '../../medallion/releases/release.ts';
import { queryRows } from './rows.ts';
import { readState } from './state.ts';

interface SmokeSettings extends CatalogSettings {
  readonly maxReleaseAgeHours: number;
}

interface SmokeResult {
  readonly problems: readonly string[];
  /** Missing where nothing was released yet. */
  readonly releaseAgeHours?: number;
}

/**
 * Reads whether a deployed environment is as it should be: the catalog is as the contracts say, and the last release is not
 * too old. It reads the record of releases and no table of the layers, and changes nothing.
 */
export async function runSmokeTest(
  sqlWarehouse: SqlWarehouse,
  contracts: Contracts,
  settings: SmokeSettings,
): Promise<SmokeResult> {
  const state = await readState(contracts, settings.catalog, sqlWarehouse);
  const changes = compareCatalog(contracts, settings, state);
  const problems = [
    ...changes.map(({ on, what }) => `'${on}' is not as the contracts say: ${what}.`),
    ...listUnreadableViews(state).map((view) => `'${view}' cannot be compared: its text is shown to its owner alone.`),
  ];
  // Without the record of releases there is nothing to ask; that it is missing is a difference already.
  if (!state.tables.has('ops.releases')) return { problems };
  const [row] = await queryRows(sqlWarehouse, releaseAgeStatement);
  if (typeof row?.['hours'] !== 'number' && typeof row?.['hours'] !== 'bigint') return { problems };
  const releaseAgeHours = Number(row['hours']);
  const max = settings.maxReleaseAgeHours;
  if (releaseAgeHours <= max) return { problems, releaseAgeHours };
  const old = `The last release is ${releaseAgeHours} hours old, and ${max} are allowed. Look at /api/status.`;
  return { problems: [...problems, old], releaseAgeHours };
}
