import type { TableContract } from '../../medallion/contracts/contract.ts';
import { selectVersions } from '../../medallion/layer.ts';
import { mapConcurrently } from '../../medallion/map-concurrently.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { Move } from '../../medallion/releases/change-sets.ts';
import {
  createDiffStatement,
  createSamplesStatement,
  DiffSample,
  type TableDiff,
} from '../../medallion/releases/diff.ts';
import { listMoves, type Rounds } from '../../medallion/releases/release.ts';
import { readProgress } from '../read-progress.ts';
import { isRejected, type Rejected } from '../rejected.ts';
import { findLostChanges, readRounds } from './read-rounds.ts';

type ComparePorts = Pick<Ports, 'lake' | 'privacyGroup' | 'releases' | 'sqlWarehouse' | 'tables'>;

/** What readers see now, and what they would see if nothing was blocked. */
export const currentState = 'current';
export const stagedState = 'staged';

const tablesAtOnce = 4;

/**
 * What differs between two releases, by table. Tables that do not differ are left out. `current` and `staged` stand for what
 * readers see and for what gold has come to. Rejected if one is not there, or if changes in between are no longer kept.
 */
export async function compareReleases(
  ports: ComparePorts,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<{ readonly kind: 'diff'; readonly tables: TableDiff[] } | Rejected> {
  const before = await resolveRounds(ports, from);
  if (isRejected(before)) return before;
  const after = await resolveRounds(ports, to);
  if (isRejected(after)) return after;
  const moves = listMoves({ from: before.rounds, to: { ...toZero(before.rounds), ...after.rounds } });
  const lost = await findLostChanges(ports, moves);
  if (lost) return lost;
  const diffs = await mapConcurrently(moves, tablesAtOnce, (move) => compareTable(ports, move));
  const rejected = diffs.find((diff) => diff !== undefined && isRejected(diff));
  if (rejected) return rejected as Rejected;
  return { kind: 'diff', tables: (diffs as (TableDiff | undefined)[]).filter((diff) => diff !== undefined) };
}

const toZero = (rounds: Rounds): Rounds => Object.fromEntries(Object.keys(rounds).map((table) => [table, 0]));

async function resolveRounds(ports: ComparePorts, name: string): Promise<{ readonly rounds: Rounds } | Rejected> {
  if (name === currentState) return { rounds: (await ports.releases.get())?.state.rounds ?? {} };
  if (name !== stagedState) return readRounds(ports, name);
  const entries = await readProgress(ports, 'gold');
  return { rounds: selectVersions('gold', entries.at(-1)?.versions ?? {}) };
}

async function compareTable(
  ports: ComparePorts,
  { table, ...move }: Move & { readonly table: string },
): Promise<TableDiff | Rejected | undefined> {
  const gold = ports.tables.find((contract) => contract.table === table);
  if (gold === undefined) return undefined;
  const counted = await ports.sqlWarehouse.query(createDiffStatement(gold, move));
  if (counted.kind === 'rejected') return { kind: 'rejected', code: 'query_failed', reason: counted.reason };
  const counts = toCounts(gold, counted.rows[0] ?? {});
  if (counts.added + counts.removed + counts.changed === 0) return undefined;
  const sampled = await ports.sqlWarehouse.query(createSamplesStatement(gold, move, ports.privacyGroup));
  if (sampled.kind === 'rejected') return { kind: 'rejected', code: 'query_failed', reason: sampled.reason };
  return { table, ...counts, samples: toSamples(sampled.rows) };
}

function toCounts({ columns }: Pick<TableContract, 'columns'>, row: Readonly<Record<string, unknown>>) {
  const byColumn = columns.map(({ name }, at) => [name, Number(row[`c${at}`] ?? 0)] as const);
  return {
    added: Number(row['added'] ?? 0),
    removed: Number(row['removed'] ?? 0),
    changed: Number(row['changed'] ?? 0),
    columns: Object.fromEntries(byColumn.filter(([, count]) => count > 0)),
  };
}

/** Both sides of a row follow one another. */
function toSamples(rows: readonly Record<string, unknown>[]): DiffSample[] {
  const byNumber = Map.groupBy(rows, ({ _sample: sample }) => String(sample));
  return [...byNumber.values()].map((sides) => {
    const parsed = sides.map(({ _row: row, _side: side }) => [side, JSON.parse(String(row))] as const);
    return DiffSample.parse({ kind: sides[0]?.['_kind'], ...Object.fromEntries(parsed) });
  });
}
