import { z } from 'zod';
import type { TableContract } from '../../../medallion/contracts/contract.ts';
import { Display, toSortedColumn } from '../../../medallion/contracts/display.ts';
import { isRejected } from '../../../operations/rejected.ts';
import { createRowReader } from '../../../operations/releases/read-rows.ts';
import { Problem, toProblem } from '../problem.ts';
import { Paging, route } from '../route.ts';

const Column = z.object({
  name: z.string(),
  type: z.string(),
  description: z.string(),
  /** Whether others than the privacy group see a mask. */
  personal: z.boolean(),
});

const Table = z.object({
  name: z.string(),
  purpose: z.string(),
  columns: z.array(Column),
  keys: z.array(z.string()),
  display: Display.optional(),
});

const toTable = ({ columns, display, keys, purpose, table }: TableContract): z.input<typeof Table> => ({
  name: table,
  purpose,
  columns: columns.map(({ classification, description, name, type }) => ({
    name,
    type,
    description,
    personal: classification === 'personal',
  })),
  keys: [...keys],
  ...(display ? { display } : {}),
});

const isPublished = ({ layer }: TableContract) => layer === 'gold';

export const tables = route({
  name: 'tables',
  path: 'api/tables',
  role: 'reader',
  summary: 'The tables that are published, as their contracts describe them.',
  answer: z.object({ tables: z.array(Table) }),
  handle: ({ ports }) => ({ tables: ports.tables.filter(isPublished).map(toTable) }),
});

const maxAnswers = 32;
const readRows = createRowReader({ max: maxAnswers });

/** Up to eight columns, with commas between. */
const Order = z.string().regex(/^-?[a-z][a-z0-9_]*(,-?[a-z][a-z0-9_]*){0,7}$/);

export const tableRows = route({
  name: 'tableRows',
  path: 'api/tables/{table}/rows',
  role: 'reader',
  summary:
    'Rows of a published table as readers see them, personal data masked. `order` is columns with commas between, `-` before one for descending.',
  params: z.strictObject({ table: z.string().min(1).max(128) }),
  query: z.strictObject({ limit: Paging.limit, order: Order.optional() }),
  answer: z.object({
    release: z.string().optional(),
    rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
  }),
  problems: ['not_found', 'query_failed'],
  handle: async ({ ports }, { params, query }) => {
    const table = ports.tables.filter(isPublished).find((contract) => contract.table === params.table);
    if (!table) return new Problem('not_found', `No published table has the name '${params.table}'.`);
    const names = table.columns.map(({ name }) => name);
    const order = query.order?.split(',');
    const unknown = order?.map(toSortedColumn).find((name) => !names.includes(name));
    if (unknown !== undefined)
      return new Problem('invalid_request', `order: '${table.table}' has no column '${unknown}'.`);
    const result = await readRows(ports, { table, limit: query.limit, order });
    if (isRejected(result)) return toProblem(result);
    const { kind: _, ...answer } = result;
    return { ...answer, rows: [...answer.rows] };
  },
});
