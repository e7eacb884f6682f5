import { z } from 'zod';
import { ColumnName as Name, TableName } from './names.ts';

/** A window of time: the column of the row, its two bounds, and the source that has the bounds. */
export const windowPattern = /^([a-z_0-9]+) > ([a-z_0-9]+) AND \1 <= ([a-z_0-9]+) of (\S+)$/;

/**
 * Which units a row of a source belongs to. Either its columns say so, by unit column, or a row of another source that has
 * the same value in a column (`via`); `within` then names a window of time outside which a row counts for no unit.
 */
const WrittenSource = z.union([
  z.strictObject({
    via: z.string().regex(/^\S+ on [a-z][a-z0-9_]*$/, 'such as "silver.TABLE on COLUMN"'),
    within: z.string().regex(windowPattern, 'such as "TIME > START AND TIME <= END of silver.TABLE"').optional(),
  }),
  z.record(Name, Name),
]);

/** How a table is computed: the units that are computed anew as a whole, and what reaches them. */
export const ComputedOptions = z.strictObject({
  per: z.array(Name).min(1).optional(),
  from: z.record(TableName, WrittenSource),
  /** For a table that only grows: of rows with the same key the one with the greatest value of a column stays. */
  grows: z.strictObject({ by: z.array(Name).min(1), keeps: z.string().regex(/^greatest [a-z][a-z0-9_]*$/) }).optional(),
});

/** One source of a computed table, whose rows reach units by `columns` (by unit column) or through another source. */
export interface ComputedSource {
  readonly source: string;
  readonly columns?: Readonly<Record<string, string>>;
  readonly via?: { readonly source: string; readonly column: string };
  readonly within?: {
    readonly column: string;
    readonly after: string;
    readonly until: string;
    readonly source: string;
  };
}

/** What its contract says of how a table is computed, in the order of its sources. */
export interface Computed {
  readonly per: readonly string[];
  readonly from: readonly ComputedSource[];
  readonly grows?: { readonly by: readonly string[]; readonly greatest: string };
}
