import { z } from 'zod';

/** Which files of a dataset are taken. */
export const intakeOptions = {
  /** Names of its files, with `*` and `?`. Whatever is called otherwise is ignored. */
  names: z
    .array(z.string().regex(/^[^/\\]+$/, 'a name without a folder'))
    .min(1)
    .optional(),
  /** The largest files that are read. A larger one is quarantined unread. */
  limits: z
    .strictObject({
      fileBytes: z.int().positive(),
      /** Of a file in the format `json-array`, which is read as one text. */
      arrayBytes: z.int().positive(),
      /** Of a file that is called `.gz`, before it is unpacked. */
      packedBytes: z.int().positive(),
    })
    .partial()
    .optional(),
};
