import { z } from 'zod';

/** Who reads, as contracts name them. Which group of the account that is differs from environment to environment. */
export const ReaderRole = z.enum(['readers', 'privacy', 'engineers']);
export type ReaderRole = z.infer<typeof ReaderRole>;

const group = z.string().regex(/^[a-z0-9-]+$/, 'must be a name in small letters, digits and hyphens');

/** The group of each role. Nobody is granted anything in person: who leaves a group loses all of it. */
export const Groups = z
  .strictObject({ operators: group, jobs: group, readers: group, privacy: group, engineers: group })
  .refine((groups) => new Set(Object.values(groups)).size === 5, 'must name a group of its own for each role');
export type Groups = z.infer<typeof Groups>;
