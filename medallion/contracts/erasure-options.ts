import { z } from 'zod';
import { ColumnName as Name } from './names.ts';

/**
 * What becomes of a row when the person is deleted whose id stands in the column `subject`. Each kind of id has one name of
 * a column everywhere. `links` are columns of a record type with further ids of the same person, such as a device.
 * A computed table has what its sources still say, so its declaration tells readers what that is.
 */
export const Erasure = z
  .strictObject({
    subject: Name,
    action: z.enum(['delete', 'blank', 'pseudonymise', 'keep']),
    links: z.array(Name).min(1).optional(),
    reason: z.string().min(1).optional(),
  })
  .refine(({ action, reason }) => action !== 'keep' || reason !== undefined, 'what is kept needs a legal reason');
export type Erasure = z.infer<typeof Erasure>;
