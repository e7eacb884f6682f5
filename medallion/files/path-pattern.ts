import { z } from 'zod';

/** Each star multiplies the places at which a path may still fit, and a page of paths is walked in one turn. */
const maxStars = 8;

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
  })
  .refine((path) => (path.match(/\*+/g) ?? []).length <= maxStars, `at most ${maxStars} stars; ** counts as one`);
export type PathPattern = z.infer<typeof PathPattern>;

/** Places in a pattern, one bit each: bit 3 says that what follows may begin at the fourth piece. */
type Places = bigint;

interface Masks {
  /** Where a letter leads on to the next piece. */
  readonly steps: ReadonlyMap<string, Places>;
  readonly anyLetter: Places;
  readonly stars: Places;
  /** Stars that also stand for a slash. */
  readonly deepStars: Places;
  readonly end: Places;
}

/** A test for paths. It walks each path once with all places at a time: no pattern can make it slow. */
export function createPathMatcher(pattern: PathPattern): (path: string) => boolean {
  if (!/[*?]/.test(pattern)) return (path) => path.startsWith(pattern);
  const masks = createMasks([...pattern.matchAll(/\*+|[\s\S]/gu)].map(([piece]) => piece));
  return (path) => {
    let places = skipStars(1n, masks);
    for (const letter of path) {
      places = advance(places, letter, masks);
      if (places === 0n) return false;
    }
    return (places & masks.end) !== 0n;
  };
}

function createMasks(pieces: readonly string[]): Masks {
  const select = (isMeant: (piece: string) => boolean) =>
    pieces.reduce((mask, piece, at) => (isMeant(piece) ? mask | (1n << BigInt(at)) : mask), 0n);
  const letters = new Set(pieces.filter((piece) => !/[*?]/.test(piece)));
  return {
    steps: new Map([...letters].map((letter) => [letter, select((piece) => piece === letter)])),
    anyLetter: select((piece) => piece === '?'),
    stars: select((piece) => piece.startsWith('*')),
    deepStars: select((piece) => piece.startsWith('**')),
    end: 1n << BigInt(pieces.length),
  };
}

/** Where in the pattern one may be after a letter, given where one may have been before it. */
function advance(places: Places, letter: string, masks: Masks): Places {
  const { anyLetter, deepStars, stars, steps } = masks;
  const isSlash = letter === '/';
  const moving = places & ((steps.get(letter) ?? 0n) | (isSlash ? 0n : anyLetter));
  const staying = places & (isSlash ? deepStars : stars);
  return skipStars((moving << 1n) | staying, masks);
}

/** A star may also stand for nothing. Two never follow one another: together they are one. */
const skipStars = (places: Places, { stars }: Masks): Places => places | ((places & stars) << 1n);
