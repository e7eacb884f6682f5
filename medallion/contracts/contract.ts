import { z } from 'zod';
import { ReaderRole } from '../groups.ts';
import { type Computed, ComputedOptions } from './computed-options.ts';
import { Display } from './display.ts';
import { Erasure } from './erasure-options.ts';
import type { LandingOptions } from './landing-options.ts';
import { ColumnName as Name, TableName } from './names.ts';
import { ruleTemplates } from './rule-templates.ts';

/** Landing is where files arrive, and says what bronze is; ops holds what the operator itself keeps as tables. */
export const ContractLayer = z.enum(['landing', 'silver', 'gold', 'ops']);
export type ContractLayer = z.infer<typeof ContractLayer>;

export const Tolerance = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('count'), rows: z.int().nonnegative() }),
  z.strictObject({ kind: z.literal('percent'), percent: z.number().min(0).max(100) }),
]);
export type Tolerance = z.infer<typeof Tolerance>;

/** What a YAML author writes: 0, or "5 %" of the table's rows. */
const WrittenTolerance = z
  .union([
    z.int().nonnegative(),
    z.string().regex(/^\d+(\.\d+)? ?%$/, 'a number of rows, or a percentage such as "5 %"'),
  ])
  .transform((written): Tolerance => {
    if (typeof written === 'number') return { kind: 'count', rows: written };
    return { kind: 'percent', percent: Number.parseFloat(written) };
  });

/** A rule that is known to be broken and may be, until a stated time. It is counted all the same, and every verdict says so. */
export const Suspension = z.strictObject({
  until: z.iso.datetime({ offset: true }),
  reason: z.string().min(1),
  actor: z.string().min(1),
});
export type Suspension = z.infer<typeof Suspension>;

/** Either a query for the rows that break the rule, or a template of it. */
const TableRuleImplementation = z
  .strictObject({
    query: z
      .string()
      .regex(/^SELECT\b/, 'a query that begins with SELECT')
      .optional(),
    template: z.enum(ruleTemplates).optional(),
    columns: z.array(Name).min(1).optional(),
    from: TableName.optional(),
    tolerates: WrittenTolerance,
    action: z.enum(['block', 'warn']),
    blocks: z.array(TableName).min(1).optional(),
    suspended: Suspension.optional(),
  })
  .refine(({ query, template }) => (query === undefined) !== (template === undefined), 'either a query or a template')
  .refine(
    ({ columns, template }) => (columns !== undefined) === (template === 'not_null'),
    "columns go with the template 'not_null', and it needs them",
  )
  .refine(
    ({ from, template }) => (from !== undefined) === (template === 'no_loss_from'),
    "from goes with the template 'no_loss_from', and it needs one",
  );
export type TableRuleImplementation = z.infer<typeof TableRuleImplementation>;

const WrittenRule = z.discriminatedUnion('engine', [
  z.strictObject({
    name: Name,
    type: z.literal('custom'),
    engine: z.literal('medallion-row'),
    description: z.string().min(1),
    implementation: z.string().min(1),
  }),
  z.strictObject({
    name: Name,
    type: z.literal('custom'),
    engine: z.literal('medallion-table'),
    description: z.string().min(1),
    implementation: TableRuleImplementation,
  }),
]);

const Custom = z.array(z.strictObject({ property: z.string(), value: z.unknown() })).default([]);

const WrittenColumn = z.strictObject({
  name: Name,
  logicalType: z.enum(['string', 'integer', 'number', 'date', 'array', 'object', 'boolean']),
  physicalType: z.string().min(1),
  required: z.boolean(),
  primaryKey: z.boolean().optional(),
  primaryKeyPosition: z.int().positive().optional(),
  description: z.string().min(1),
  classification: z.enum(['personal']).optional(),
  customProperties: Custom,
});

/** A table; or a record type, of which a landing contract defines none or several. */
const WrittenSchema = z.strictObject({
  name: Name,
  physicalName: z.string(),
  physicalType: z.string(),
  description: z.string(),
  properties: z.array(WrittenColumn).min(1),
  quality: z.array(WrittenRule).default([]),
  customProperties: Custom,
});
export type WrittenSchema = z.infer<typeof WrittenSchema>;

/** The parts of an ODCS v3 document that anything here reads. A misspelt key is an error, not an option that silently does nothing. */
export const ContractDocument = z.strictObject({
  apiVersion: z.string().regex(/^v3\./),
  kind: z.literal('DataContract'),
  id: z.string(),
  name: Name,
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  status: z.enum(['active', 'draft', 'deprecated']),
  description: z.strictObject({ purpose: z.string().min(1), usage: z.string().optional() }),
  schema: z.array(WrittenSchema),
  slaProperties: z.array(z.strictObject({ property: z.string(), value: z.number(), unit: z.enum(['min', 'd']) })),
  team: z.array(z.strictObject({ username: z.string(), role: z.string() })).min(1),
  roles: z.array(z.strictObject({ role: ReaderRole, access: z.literal('read') })),
  customProperties: Custom,
});
export type ContractDocument = z.infer<typeof ContractDocument>;

const Strings = z.array(z.string()).min(1);

/** How a column of a record type is found in a line, where its name alone does not say it. */
export const ColumnOptions = z.strictObject({
  source: z.union([z.string().transform((one) => [one]), Strings]).optional(),
  dateFormats: Strings.optional(),
  case: z.enum(['lower']).optional(),
  /** A file may lack this column altogether. Of any other that is missing `drift` says what becomes of the file. */
  optional: z.boolean().optional(),
  /** What readers without the right to personal data see instead, as SQL over the row; the usual mask if not given. */
  mask: z.string().min(1).optional(),
  /** The column that names the person of whom this one tells. It is emptied when that person is deleted. */
  subject: Name.optional(),
});

/** Of a record type: an accepted line for which `when` holds deletes the person that it names, as of the time in `at`. */
export const RecordOptions = z.strictObject({
  deletes: z.strictObject({ subject: Name, when: z.string().min(1), at: Name }).optional(),
  erasure: Erasure.optional(),
});

export const TableOptions = z.strictObject({
  computed: ComputedOptions.optional(),
  display: Display.optional(),
  erasure: Erasure.optional(),
  clusteredBy: z.array(Name).min(1).max(4).default([]),
  changeFeed: z.boolean(),
  deletionVectors: z.boolean().default(false),
});

/** A column as its contract says, and how it is found in a line. */
export type ColumnContract = Pick<
  z.infer<typeof WrittenColumn>,
  'name' | 'required' | 'description' | 'classification'
> &
  z.infer<typeof ColumnOptions> & {
    readonly type: string;
    /** Of a struct: what it is made of. */
    readonly fields?: readonly ColumnContract[];
  };

/** A predicate over one parsed line, true when it is broken. It sees the columns, `_text.<column>` as it came, and `_broken`. */
export interface RowRule {
  readonly name: string;
  readonly reason: string;
  readonly predicate: string;
}

/**
 * A query for the rows that break the rule. Tables stand in braces, so that the gate can pin their versions;
 * `(SELECT count(*) FROM {silver.TABLE@released})` is the number that the last release was made from. `blocks` names the
 * published tables that must wait; those that depend on the table without it.
 */
export type TableRule = Pick<TableRuleImplementation, 'tolerates' | 'action' | 'blocks' | 'suspended'> & {
  readonly name: string;
  readonly reason: string;
  readonly query: string;
};

interface Described {
  readonly version: string;
  readonly purpose: string;
  readonly usage?: string | undefined;
  readonly owner: string;
  readonly readers: readonly ReaderRole[];
  readonly retention: { readonly days: number };
}

export interface TableContract extends Described, Omit<z.infer<typeof TableOptions>, 'computed'> {
  readonly computed?: Computed;
  readonly table: string;
  readonly layer: Exclude<ContractLayer, 'landing'> | 'bronze';
  /** Of a view of bronze: the tables that it is made of. */
  readonly parts?: readonly RecordPart[];
  readonly columns: readonly ColumnContract[];
  readonly keys: readonly string[];
  readonly freshness?: { readonly minutes: number };
  readonly rowRules: readonly RowRule[];
  readonly tableRules: readonly TableRule[];
}

/** One kind of line, which datasets may share. It is defined in the landing contract of one of them. */
export interface RecordType extends z.infer<typeof RecordOptions> {
  readonly name: string;
  readonly purpose: string;
  readonly columns: readonly ColumnContract[];
  readonly rowRules: readonly RowRule[];
  readonly tableRules: readonly TableRule[];
}

/** Lines of a record type in the table of one dataset; without one, those that belong to no record type. */
export interface RecordPart {
  readonly table: string;
  readonly record?: string;
}

export interface LandingContract extends Described, z.infer<typeof LandingOptions> {
  readonly dataset: string;
  readonly records: readonly RecordType[];
}

export interface Contracts {
  readonly landing: readonly LandingContract[];
  /** What can be read by name: the views of bronze, and the tables of all layers above. */
  readonly tables: readonly TableContract[];
}
