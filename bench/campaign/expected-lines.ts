import { gunzipSync } from 'node:zlib';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import { deletablePeople, isNamed } from './deletable-people.ts';
import type { Evidence, LandedRow } from './evidence.ts';

/** Beyond this a line is kept as its length and its hash. */
const maxLineLength = 1_000_000;

type Contents = Pick<Evidence, 'contents' | 'storage'>;

/**
 * The content of a file that has exactly these rows, in the order of its lines: what lies in the landing zone, or what was
 * sent if it was removed. Where a row is erased, the line has to name somebody who may be deleted.
 */
export function findContent(
  evidence: Contents,
  { path }: RegisteredFile,
  rows: readonly LandedRow[],
): Buffer | undefined {
  return listCandidates(evidence, path).find((content) => {
    const expected = toExpectedLines(path, content);
    return expected?.length === rows.length && expected.every((line, index) => isSame(rows[index], line));
  });
}

const isSame = (row: LandedRow | undefined, line: string) =>
  row?.isErased ? isDeletable(line) : toComparable(row?.line ?? '') === toComparable(line);

/** Whether every erased row of a file was a line of somebody who may be deleted; all lines, where they have no places. */
export function isErasedRightly(evidence: Contents, { path }: RegisteredFile, rows: readonly LandedRow[]): boolean {
  if (!rows.some(({ isErased }) => isErased)) return true;
  return listCandidates(evidence, path).some((content) => {
    const lines = toExpectedLines(path, content) ?? [];
    if (lines.length !== rows.length) return lines.length > 0 && lines.every(isDeletable);
    return lines.every((line, index) => !rows[index]?.isErased || isDeletable(line));
  });
}

const isDeletable = (line: string) => deletablePeople.some((person) => isNamed(person, line));

function listCandidates({ contents, storage }: Contents, path: string): readonly Buffer[] {
  const stored = storage.get(path);
  return stored === undefined ? (contents.get(path) ?? []) : [stored.content];
}

/** The lines that bronze has to have of a file: all but the header and blank ones. Nothing if it cannot be unpacked. */
function toExpectedLines(path: string, content: Buffer): string[] | undefined {
  // A sender has emptied it, whatever its name says.
  if (content.length === 0) return [];
  const unpacked = path.endsWith('.gz') ? unpack(content) : content;
  const lines = unpacked
    ?.toString('latin1')
    .split(/\r?\n/)
    .slice(path.endsWith('.json') ? 0 : 1);
  return lines?.filter((line) => line.trim() !== '');
}

/** What is false or cut is one of the inputs, so it is no error here. */
function unpack(content: Buffer): Buffer | undefined {
  try {
    return gunzipSync(content);
  } catch {
    return undefined;
  }
}

/** What is no ASCII was read in one encoding or another; how it shows is no question of lost lines. */
const toComparable = (line: string): string =>
  line.length > maxLineLength || /^\S*\d+ (bytes|characters)/.test(line) ? '(long)' : line.replace(/[^ -~]+/g, '?');
