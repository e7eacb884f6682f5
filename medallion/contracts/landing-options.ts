import { z } from 'zod';
import { ColumnName as Name } from './names.ts';

const mebibyte = 1024 * 1024;

/** Times are seconds since 1970, or texts in a pattern and a zone that the files themselves do not carry. */
export const TimeFormat = z.union([
  z.strictObject({ format: z.literal('epoch-seconds') }),
  z.strictObject({ format: z.string(), zone: z.string().regex(/^[+-]\d\d:\d\d$/, 'an offset such as +08:00') }),
]);
export type TimeFormat = z.infer<typeof TimeFormat>;

const Limit = z.int().positive().optional();

/**
 * What is too much. A file that is longer is set aside unread, by its kind: any, one that is read as one text, or packed.
 * A line that is longer, or has more columns, is quarantined alone. With so many broken lines, and more than this share of
 * all, a file is set aside as a whole.
 */
const Limits = z.strictObject({
  fileBytes: Limit,
  arrayBytes: Limit,
  packedBytes: Limit,
  lineBytes: Limit,
  columns: Limit,
  brokenLines: Limit,
  brokenPercent: z.number().min(0).max(100).optional(),
});
export type Limits = Record<keyof z.infer<typeof Limits>, number>;

export const defaultLimits: Limits = {
  fileBytes: 8192 * mebibyte,
  arrayBytes: 128 * mebibyte,
  packedBytes: 256 * mebibyte,
  lineBytes: mebibyte,
  columns: 1000,
  brokenLines: 10,
  brokenPercent: 50,
};

/** A name with `*` for any letters, as in `*.csv`. */
const NamePattern = z.string().regex(/^[^/]+$/, 'a name without folders');

export const LandingOptions = z
  .strictObject({
    format: z.enum(['csv', 'json-lines', 'json-array']),
    header: z.boolean().default(false),
    /** One character between the values of a line; a comma if not given. */
    delimiter: z
      .string()
      .regex(/^(\t|[^\s\p{L}\p{N}"\\])$/u, 'one character that is no letter, digit, quote or backslash')
      .optional(),
    /** How letters are written as bytes; UTF-8 if not given. With `found` a look at each file tells. */
    encoding: z.enum(['UTF-8', 'ISO-8859-1', 'windows-1252', 'UTF-16', 'found']).optional(),
    /** What stands before the decimals of a number; a point if not given. */
    decimal: z.enum(['.', ',']).optional(),
    /** Whether a value in quotes may span lines. Then a CSV file of any length is read as one text. */
    quotedLineEnds: z.boolean().optional(),
    /** The names of its files. Any other file in its folder is ignored; without it none is. */
    names: z.array(NamePattern).min(1).optional(),
    /** How its folders are named after days, of Greenwich. So new files are found among any number of old ones. */
    folders: z.enum(['yyyy/MM/dd', 'yyyy-MM-dd']).optional(),
    limits: Limits.optional(),
    /** What becomes of a CSV file that lacks a column which is not optional; it is quarantined if not given. */
    drift: z.strictObject({ removed: z.enum(['quarantine', 'null']) }).optional(),
    envelope: z.enum(['kafka']).optional(),
    times: TimeFormat,
    routes: z.array(z.strictObject({ topic: z.string().optional(), record: Name })).min(1),
  })
  .refine(({ delimiter, format }) => delimiter === undefined || format === 'csv', "a delimiter goes with 'csv' only")
  .refine(
    ({ format, quotedLineEnds }) => quotedLineEnds === undefined || format === 'csv',
    "'quotedLineEnds' goes with 'csv' only",
  )
  .refine(({ drift, format }) => drift === undefined || format === 'csv', "'removed' goes with 'csv' only");
