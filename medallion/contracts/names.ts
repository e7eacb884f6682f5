import { z } from 'zod';

export const ColumnName = z.string().regex(/^_?[a-z][a-z0-9_]*$/, 'a name in snake case');
export const TableName = z
  .string()
  .regex(/^(bronze|silver|gold|ops)\.[a-z][a-z0-9_]*$/, 'a table such as silver.TABLE');
