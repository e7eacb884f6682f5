import type { ColumnContract, TableContract } from '../contracts/contract.ts';
import { quoteLiteral, toPhysicalName } from '../contracts/sql.ts';

type Gold = Pick<TableContract, 'columns' | 'keys' | 'table'>;

/** Rounds of the gold layer: changes of later rounds than `after`, up to `until`. They are SQL, so that a view can ask. */
export interface Rounds {
  readonly after: string;
  readonly until: string;
}

/** Where the job of gold writes what it changes. */
export const toChangesName = (table: string): string => table.replace(/^gold\./, 'gold_changes.');

/** The view of a table as its next release would be. */
export const toStagedName = (table: string): string => table.replace(/^gold\./, 'gold_staged.');

const changeColumns: readonly ColumnContract[] = [
  { name: '_round', type: 'bigint', required: true, description: 'Round of the gold layer that made the change.' },
  {
    name: '_previous',
    type: 'bigint',
    required: true,
    description: 'The round that had changed the table before; 0 if there was none.',
  },
  {
    name: '_change_type',
    type: 'string',
    required: true,
    description: 'insert, delete, update_preimage, update_postimage, or erased: the row was of a deleted person.',
  },
];

/** The table of a gold table's changes: a row per row that came or went, two per row that changed. */
export const createChangesTable = (gold: TableContract): TableContract => {
  const { computed: _, display: __, freshness: ___, ...contract } = gold;
  return {
    ...contract,
    table: toChangesName(gold.table),
    layer: 'ops',
    purpose: `What each round of the gold layer changes in '${gold.table}'. Releases are made of it.`,
    readers: [],
    columns: [...changeColumns, ...gold.columns],
    keys: [],
    clusteredBy: [],
    changeFeed: false,
    deletionVectors: false,
    rowRules: [],
    tableRules: [],
  };
};

const list = (names: readonly string[], prefix = '') => names.map((name) => `${prefix}${name}`).join(', ');
const getNames = ({ columns }: Gold) => columns.map(({ name }) => name);

/**
 * Per key that changed in some rounds: the row before them in `_old` and after them in `_new`. A row that was not there is
 * null, as is one that was erased. A key that ends as it began is in the answer too.
 */
export function createNetChanges(gold: Gold, { after, until }: Rounds): string {
  const names = getNames(gold);
  const row = `named_struct(${names.map((name) => `${quoteLiteral(name)}, ${name}`).join(', ')})`;
  const old = `min_by(IF(_change_type IN ('insert', 'erased'), NULL, ${row}), _round) FILTER (WHERE _change_type <> 'update_postimage')`;
  const changed = `max_by(IF(_change_type IN ('delete', 'erased'), NULL, ${row}), _round) FILTER (WHERE _change_type <> 'update_preimage')`;
  return `SELECT ${list(gold.keys)}, ${old} AS _old, ${changed} AS _new FROM ${toChangesName(gold.table)} WHERE _round > ${after} AND _round <= ${until} GROUP BY ${list(gold.keys)}`;
}

const createMatch = ({ keys }: Gold) => keys.map((key) => `t.${key} = s.${key}`).join(' AND ');

/**
 * A gold table as it is after a round that was not published: the published rows with the later changes laid over them.
 * A change holds the whole row, so that it does no harm if some of them have been published meanwhile.
 */
export function createStagedSelect(gold: Gold, rounds: Rounds): string {
  const names = getNames(gold);
  const changes = createNetChanges(gold, rounds);
  const kept = `SELECT ${list(names, 't.')} FROM ${toPhysicalName(gold.table)} AS t LEFT ANTI JOIN (${changes}) AS s ON ${createMatch(gold)}`;
  return `${kept} UNION ALL ${createChangedRows(gold, rounds)}`;
}

/** The rows that changed in some rounds, as they are afterwards. */
export const createChangedRows = (gold: Gold, rounds: Rounds): string =>
  `SELECT ${list(getNames(gold), '_new.')} FROM (${createNetChanges(gold, rounds)}) WHERE _new IS NOT NULL`;

/** A publication on its way may have moved a table or not: what is laid over it begins at the lower end. */
const shownRound =
  "max_by(IF(state = 'published', to_round, least(from_round, to_round)), number * 2 + IF(state = 'published', 1, 0))";

/** By gold table: the round that readers see at least, as `round`. A table that was never published is not there. */
export const shownRoundsStatement = `SELECT table_name, ${shownRound} AS round FROM ops.releases GROUP BY table_name`;

/** The rounds that no release has shown yet. */
const createStagedRounds = (table: string): Rounds => ({
  after: `(SELECT coalesce(${shownRound}, 0) FROM ops.releases WHERE table_name = ${quoteLiteral(table)})`,
  until: '9223372036854775807',
});

export const createStagedViewSelect = (gold: Gold): string => createStagedSelect(gold, createStagedRounds(gold.table));

/** A table goes from what one release shows to what another one shows, forwards or backwards. */
export interface Move {
  readonly from: number;
  readonly to: number;
}

/** The rounds that lie between both ends of a move. */
export const toMoveRounds = ({ from, to }: Move): Rounds => ({
  after: `${Math.min(from, to)}`,
  until: `${Math.max(from, to)}`,
});
const getTarget = ({ from, to }: Move) => (to >= from ? '_new' : '_old');

/**
 * Brings a published table from one round to another. Repeated it changes nothing. Nor does it if it comes so late that a
 * publication with a greater number has begun.
 */
export function createPublishStatement(gold: Gold, move: Move, number: number): string {
  const { keys } = gold;
  const names = getNames(gold);
  const changes = `SELECT ${list(keys)}, ${getTarget(move)} AS _row FROM (${createNetChanges(gold, toMoveRounds(move))}) WHERE NOT EXISTS (SELECT 1 FROM ops.releases WHERE number > ${number})`;
  const assignments = names.map((name) => `t.${name} = s._row.${name}`).join(', ');
  return `MERGE INTO ${toPhysicalName(gold.table)} AS t USING (${changes}) AS s ON ${createMatch(gold)}
WHEN MATCHED AND s._row IS NULL THEN DELETE
WHEN MATCHED THEN UPDATE SET ${assignments}
WHEN NOT MATCHED AND s._row IS NOT NULL THEN INSERT (${list(names)}) VALUES (${list(names, 's._row.')})`;
}

/**
 * One row per table with `first`, the round from which on its changes are kept without a gap. They suffice for a move if
 * that is not beyond its lower end. Changes are removed from the oldest on, so the first one tells.
 */
export const createKeptStatement = (moves: readonly (Move & { readonly table: string })[]): string =>
  moves
    .map((move) => {
      const { after, until } = toMoveRounds(move);
      return `SELECT ${quoteLiteral(move.table)} AS table_name, min_by(_previous, _round) AS first FROM ${toChangesName(move.table)} WHERE _round > ${after} AND _round <= ${until}`;
    })
    .join('\nUNION ALL\n');
