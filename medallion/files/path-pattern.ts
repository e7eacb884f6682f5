import { z } from 'zod';

/**
 * A prefix, or a glob with `?`, `*` (within a folder) and `**` (across folders), of a path in the landing zone. An
 * allow-list: whatever could lead out of the zone, encoded or not, is not among these characters. A `?` stands for
 * each of the others.
 */
export const PathPattern = z
  .string()
  .min(1)
  .max(512)
  .regex(
    /^[A-Za-z0-9_*][\p{L}\p{M}\p{N} _.,=+@()[\]{}!#$&';\-/*?]*$/u,
    "letters, digits and _ . , = + @ ( ) [ ] { } ! # $ & ' ; - / * ? only; a ? stands for any letter",
  )
  .refine((path) => !path.split('/').slice(0, -1).includes('') && !/(^|\/)\.{1,2}(\/|$)/.test(path), {
    error: 'no empty, . or .. segments',
  });
export type PathPattern = z.infer<typeof PathPattern>;

type Piece = 'any' | 'any in folder' | 'one' | { readonly text: string };

/** A test for paths. It walks each path once, whatever the pattern: no pattern can make it slow. */
export function createPathMatcher(pattern: PathPattern): (path: string) => boolean {
  if (!/[*?]/.test(pattern)) return (path) => path.startsWith(pattern);
  const pieces = [...pattern.matchAll(/\*\*|[\s\S]/g)].map(([text]): Piece => {
    if (text === '**') return 'any';
    if (text === '*') return 'any in folder';
    return text === '?' ? 'one' : { text };
  });
  return (path) =>
    [...path].reduce((places, letter) => advance(pieces, places, letter), skipStars(pieces, [0])).has(pieces.length);
}

/** Where in the pattern one may be after a letter, given where one may have been before it. */
function advance(pieces: readonly Piece[], places: ReadonlySet<number>, letter: string): ReadonlySet<number> {
  const next: number[] = [];
  for (const at of places) {
    const piece = pieces[at];
    if (piece === 'any' || (piece === 'any in folder' && letter !== '/')) next.push(at);
    else if (piece === 'one' ? letter !== '/' : typeof piece === 'object' && piece.text === letter) next.push(at + 1);
  }
  return skipStars(pieces, next);
}

/** A star may also stand for nothing. */
function skipStars(pieces: readonly Piece[], places: readonly number[]): ReadonlySet<number> {
  const open = new Set(places);
  for (const at of open) {
    if (pieces[at] === 'any' || pieces[at] === 'any in folder') open.add(at + 1);
  }
  return open;
}
