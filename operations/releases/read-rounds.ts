import type { Ports } from '../../medallion/ports/index.ts';
import { createKeptStatement, type Move } from '../../medallion/releases/change-sets.ts';
import { createReleaseQuery, type Rounds, toRounds } from '../../medallion/releases/release.ts';
import type { Rejected } from '../rejected.ts';

interface ReleaseRounds {
  readonly kind: 'rounds';
  readonly batch: string;
  readonly rounds: Rounds;
}

type WarehousePort = Pick<Ports, 'sqlWarehouse'>;

/** The round of each gold table that a release shows. */
export async function readRounds({ sqlWarehouse }: WarehousePort, release: string): Promise<ReleaseRounds | Rejected> {
  const result = await sqlWarehouse.query(createReleaseQuery(release));
  if (result.kind === 'rejected') return { kind: 'rejected', code: 'query_failed', reason: result.reason };
  const batch = result.rows[0]?.['batch'];
  if (batch === undefined) {
    const reason = `There is no release '${release}'. 'ops.releases' lists them.`;
    return { kind: 'rejected', code: 'not_found', reason };
  }
  return { kind: 'rounds', batch: String(batch), rounds: toRounds(result.rows) };
}

/** Why some tables cannot go from one round to another: the changes in between are no longer kept. */
export async function findLostChanges(
  { sqlWarehouse }: WarehousePort,
  moves: readonly (Move & { readonly table: string })[],
): Promise<Rejected | undefined> {
  if (moves.length === 0) return undefined;
  const result = await sqlWarehouse.query(createKeptStatement(moves));
  if (result.kind === 'rejected') return { kind: 'rejected', code: 'query_failed', reason: result.reason };
  const first = new Map(result.rows.map((row) => [String(row['table_name']), row['first']]));
  const isKept = ({ from, table, to }: Move & { table: string }) => {
    const round = first.get(table);
    return round !== null && round !== undefined && Number(round) <= Math.min(from, to);
  };
  const lost = moves.filter((move) => !isKept(move)).map(({ table }) => `'${table}'`);
  if (lost.length === 0) return undefined;
  const reason = `The changes of ${lost.join(', ')} in between are no longer kept. Reprocess instead.`;
  return { kind: 'rejected', code: 'conflict', reason };
}
