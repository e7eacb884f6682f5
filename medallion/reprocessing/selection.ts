import { z } from 'zod';
import { FileId, FileStatus, type RegisteredFile } from '../files/file.ts';
import { BatchId } from '../files/manifest.ts';
import { createPathMatcher, PathPattern } from '../files/path-pattern.ts';
import { Layer } from '../layer.ts';

const Name = z.string().regex(/^_?[a-z][a-z0-9_]{0,62}$/, 'a name in snake case');

/** From is inside, to is not. */
const Span = z
  .strictObject({ from: z.iso.datetime().optional(), to: z.iso.datetime().optional() })
  .refine(({ from, to }) => from !== undefined || to !== undefined, 'from, to, or both')
  .refine(({ from, to }) => !from || !to || from < to, 'from comes before to');

/** Which files to read anew: those that meet every condition that is given. */
export const FileSelection = z
  .strictObject({
    files: z.array(FileId).min(1).max(1000).optional(),
    dataset: Name.optional(),
    path: PathPattern.optional(),
    landed: Span.optional(),
    eventTime: Span.optional(),
    batch: BatchId.optional(),
    status: z.enum(FileStatus.exclude(['pending', 'loading', 'superseded', 'ignored', 'excluded']).options).optional(),
    rule: Name.optional(),
    release: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,80}$/)
      .optional(),
  })
  .refine((conditions) => Object.keys(conditions).length > 0, 'at least one condition');
export type FileSelection = z.infer<typeof FileSelection>;

/** What to compute anew: files; a layer and all above it from what lies below; or whatever changed its definition. */
export const Selection = z.union([
  z.strictObject({ files: FileSelection }),
  z.strictObject({ layer: Layer.exclude(['bronze']) }),
  z.strictObject({ definitionChanged: z.literal(true) }),
]);
export type Selection = z.infer<typeof Selection>;

const isWithin = (time: string, { from, to }: z.infer<typeof Span>) => {
  const at = Date.parse(time);
  return (from === undefined || at >= Date.parse(from)) && (to === undefined || at < Date.parse(to));
};

/** A test for the files of a selection. Event times lie in rows: `withEvents` names the files that have such rows. */
export function createFileFilter(
  selection: FileSelection,
  withEvents?: ReadonlySet<string>,
): (file: RegisteredFile) => boolean {
  const { batch, dataset, eventTime, status, files, landed, path, release, rule } = selection;
  const pattern = path === undefined ? undefined : createPathMatcher(path);
  return (file) =>
    (files === undefined || files.includes(file.file)) &&
    (dataset === undefined || file.dataset === dataset) &&
    (pattern === undefined || pattern(file.path)) &&
    (landed === undefined || isWithin(file.lastModified, landed)) &&
    (eventTime === undefined || withEvents?.has(file.file) === true) &&
    (batch === undefined || file.batch === batch) &&
    (status === undefined || file.status === status) &&
    (rule === undefined || (file.violations?.[rule] ?? 0) > 0) &&
    (release === undefined || file.release === release);
}
