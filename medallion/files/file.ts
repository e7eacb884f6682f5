import { createHash } from 'node:crypto';
import { z } from 'zod';

export const FileId = z.string().regex(/^[0-9a-f]{32}$/);
export type FileId = z.infer<typeof FileId>;

/** How a file ends, or where it is on the way there. Every file ends in one status. */
export const FileStatus = z.enum([
  'pending',
  'loading',
  'published',
  'quarantined',
  'blocked',
  'failed',
  'superseded',
  'ignored',
  'excluded',
]);
export type FileStatus = z.infer<typeof FileStatus>;

/** What storage says about one content of one path. `lastModified` has whole seconds, as storage keeps it. */
export const LandedFile = z.object({
  path: z.string().min(1),
  etag: z.string().min(1),
  length: z.int().nonnegative(),
  lastModified: z.iso.datetime(),
});
export type LandedFile = z.infer<typeof LandedFile>;

export const RegisteredFile = LandedFile.extend({
  file: FileId,
  dataset: z.string(),
  status: FileStatus,
  registeredAt: z.iso.datetime(),
  /** The how-manieth content of its path it is. A content that is put back gets the next number. */
  sequence: z.int().positive(),
  reason: z.string().optional(),
  replaces: FileId.optional(),
  batch: z.string().optional(),
  release: z.string().optional(),
  lines: z.int().optional(),
  accepted: z.int().optional(),
  quarantinedLines: z.int().optional(),
  blank: z.int().optional(),
  bronzeAt: z.string().optional(),
  silverAt: z.string().optional(),
  goldAt: z.string().optional(),
  publishedAt: z.string().optional(),
  /** How many lines break which row rule. */
  violations: z.record(z.string(), z.int()).optional(),
  /** Why nobody needs to look at its quarantined lines any more. */
  dismissed: z.string().optional(),
});
export type RegisteredFile = z.infer<typeof RegisteredFile>;

/** Whether somebody should look at it: at some of its lines, or at all of it. */
export const isQuarantined = ({ quarantinedLines = 0, status }: RegisteredFile): boolean =>
  status === 'quarantined' || quarantinedLines > 0;

/** Same path and same content, same id: an event that is told twice finds what it told the first time. */
export function toFileId({ path, etag }: { readonly path: string; readonly etag: string }): FileId {
  return createHash('sha256')
    .update(`${path}\n${etag.replaceAll('"', '')}`)
    .digest('hex')
    .slice(0, 32);
}
