import { quotePart } from '../contracts/sql.ts';

/** A field that a struct has gained: what `ADD COLUMNS` needs to put it in its place. */
export interface AddedField {
  readonly name: string;
  readonly type: string;
  /** `FIRST`, or `AFTER` the field before it. */
  readonly position: string;
}

interface Field {
  readonly name: string;
  readonly type: string;
}

/** What a struct has gained, in an order in which it can be added; none unless all it had before is there as it was. */
export function findAddedFields(before: string, after: string): AddedField[] | undefined {
  const old = parseFields(before);
  const wanted = parseFields(after);
  if (old === undefined || wanted === undefined) return undefined;
  const oldNames = new Set(old.map(({ name }) => name));
  const retained = wanted.filter(({ name }) => oldNames.has(name));
  if (formatFields(retained) !== formatFields(old)) return undefined;
  return wanted.flatMap(({ name, type }, index) => {
    if (oldNames.has(name)) return [];
    const previous = wanted[index - 1];
    return [{ name, type, position: previous === undefined ? 'FIRST' : `AFTER ${quotePart(previous.name)}` }];
  });
}

const formatFields = (fields: readonly Field[]) => fields.map(({ name, type }) => `${name}:${type}`).join();

function parseFields(type: string): Field[] | undefined {
  const inside = /^struct<(.*)>$/.exec(type)?.[1];
  return inside === undefined ? undefined : splitAtCommas(inside).map(parseField);
}

function parseField(text: string): Field {
  const colon = text.indexOf(':');
  return { name: text.slice(0, colon).trim(), type: text.slice(colon + 1).trim() };
}

/** Commas inside of brackets belong to the type of a field. */
function splitAtCommas(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const letter of text) {
    if ('<('.includes(letter)) depth += 1;
    if ('>)'.includes(letter)) depth -= 1;
    if (letter === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}
