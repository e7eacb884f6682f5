import { z } from 'zod';
import { createMaskedExpression } from '../catalog/gold-views.ts';
import type { TableContract } from '../contracts/contract.ts';
import { createNetChanges, type Move, toMoveRounds } from './change-sets.ts';

const Row = z.record(z.string(), z.unknown());

/** A row that differs. Of one that was added or removed there is one side only. */
export const DiffSample = z.object({
  kind: z.enum(['added', 'removed', 'changed']),
  before: Row.optional(),
  after: Row.optional(),
});
export type DiffSample = z.infer<typeof DiffSample>;

export const TableDiff = z.object({
  table: z.string(),
  added: z.int(),
  removed: z.int(),
  changed: z.int(),
  /** In how many of the changed rows a column differs; columns that differ in none are left out. */
  columns: z.record(z.string(), z.int()),
  samples: z.array(DiffSample),
});
export type TableDiff = z.infer<typeof TableDiff>;

type Gold = Pick<TableContract, 'columns' | 'keys' | 'table'>;

/** Rows of a table that differ between two states of it, each in two versions; a row that is in one only is null in the other. */
function createDifferences(gold: Gold, move: Move): string {
  const [before, after] = move.to >= move.from ? ['_old', '_new'] : ['_new', '_old'];
  const kind = "CASE WHEN _before IS NULL THEN 'added' WHEN _after IS NULL THEN 'removed' ELSE 'changed' END AS _kind";
  const sides = `SELECT ${gold.keys.join(', ')}, ${before} AS _before, ${after} AS _after FROM (${createNetChanges(gold, toMoveRounds(move))})`;
  return `SELECT *, ${kind} FROM (${sides}) WHERE NOT _before <=> _after`;
}

/** One row: how many rows were added, removed and changed, and by column in how many changed rows it differs. */
export function createDiffStatement(gold: Gold, move: Move): string {
  const kinds = ['added', 'removed', 'changed'].map((kind) => `count_if(_kind = '${kind}') AS ${kind}`);
  const columns = gold.columns.map(
    ({ name }, at) => `count_if(_kind = 'changed' AND NOT _before.${name} <=> _after.${name}) AS c${at}`,
  );
  return `SELECT ${[...kinds, ...columns].join(', ')} FROM (${createDifferences(gold, move)})`;
}

export const maxSamples = 20;

/** The first rows that differ, by key: one row for each side of each, as JSON, personal data masked as for all readers. */
export function createSamplesStatement(gold: Gold, move: Move, privacyGroup: string): string {
  const order = gold.keys.join(', ');
  const sample = `SELECT *, row_number() OVER (ORDER BY ${order}) AS _sample FROM (${createDifferences(gold, move)}) ORDER BY ${order} LIMIT ${maxSamples}`;
  const masked = gold.columns.map((column) => createMaskedExpression(column, privacyGroup)).join(', ');
  const side = (name: string) =>
    `SELECT _sample, _kind, '${name}' AS _side, _${name}.* FROM samples WHERE _${name} IS NOT NULL`;
  return `WITH samples AS (${sample})
SELECT _sample, _kind, _side, to_json(struct(${masked})) AS _row FROM (${side('before')} UNION ALL ${side('after')}) ORDER BY _sample, _side DESC`;
}
