import { gunzipSync } from 'node:zlib';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { Evidence } from './evidence.ts';

/** Beyond this a line is kept as its length and its hash. */
const maxLineLength = 1_000_000;

/** The content of a file that has exactly these lines: what lies in the landing zone, or what was sent if it was removed. */
export function findContent(
  { contents, storage }: Pick<Evidence, 'contents' | 'storage'>,
  { path }: RegisteredFile,
  lines: readonly string[],
): Buffer | undefined {
  const stored = storage.get(path);
  const candidates = stored === undefined ? (contents.get(path) ?? []) : [stored.content];
  const actual = lines.map(toComparable).join('\n');
  return candidates.find((content) => toExpectedLines(path, content)?.join('\n') === actual);
}

/** The lines that bronze has to have of a file of visits: all but the header and blank ones. Nothing if it cannot be unpacked. */
function toExpectedLines(path: string, content: Buffer): string[] | undefined {
  // A sender has emptied it, whatever its name says.
  if (content.length === 0) return [];
  const unpacked = path.endsWith('.gz') ? unpack(content) : content;
  const [, ...lines] = unpacked?.toString('latin1').split(/\r?\n/) ?? [];
  return unpacked && lines.filter((line) => line.trim() !== '').map(toComparable);
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
