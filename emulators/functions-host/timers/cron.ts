/** A parsed NCRONTAB expression: second, minute, hour, day, month, day of week; all in UTC. */
export interface Cron {
  /** The first moment after `from`, in milliseconds. */
  next(from: number): number;
}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly words: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const fields: readonly Field[] = [
  { name: 'second', min: 0, max: 59, words: [] },
  { name: 'minute', min: 0, max: 59, words: [] },
  { name: 'hour', min: 0, max: 23, words: [] },
  { name: 'day', min: 1, max: 31, words: [] },
  { name: 'month', min: 1, max: 12, words: months },
  { name: 'day of week', min: 0, max: 6, words: days },
];
const maxYears = 30;

export function parseCron(expression: string): Cron {
  const parts = expression.trim().split(/\s+/);
  // Five fields are the classic form without seconds.
  if (parts.length === 5) parts.unshift('0');
  if (parts.length !== 6)
    throw new Error(`'${expression}' is not an NCRONTAB expression; write six fields, seconds first.`);
  const sets = fields.map((field, index) => parseField(parts[index] ?? '', field, expression));
  return { next: (from) => findNext(from, sets, expression) };
}

function parseField(text: string, field: Field, expression: string): ReadonlySet<number> {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    const [from, to] =
      range === '*' ? [field.min, field.max] : range.split('-').map((bound) => parseNumber(bound, field));
    const last = to ?? (step ? field.max : from);
    if (from === undefined || last === undefined || !isWithin(from, last, field) || step === '0') {
      throw new Error(
        `'${text}' is not a ${field.name} in '${expression}'; allowed are ${field.min} to ${field.max}, lists, ranges and steps.`,
      );
    }
    for (let value = from; value <= last; value += Number(step ?? 1)) values.add(value);
  }
  return values;
}

function parseNumber(text: string, { words, min }: Field): number {
  const word = words.indexOf(text.slice(0, 3).toLowerCase());
  return word >= 0 ? word + min : /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function isWithin(from: number, last: number, { min, max }: Field): boolean {
  return from >= min && last <= max && from <= last;
}

/** Walks from the largest unit to the smallest, so that a yearly schedule is found in some hundred steps. */
function findNext(from: number, sets: readonly ReadonlySet<number>[], expression: string): number {
  const at = new Date(Math.floor(from / 1000) * 1000 + 1000);
  const end = at.getUTCFullYear() + maxYears;
  const has = (field: number, value: number): boolean => sets[field]?.has(value) ?? false;
  while (at.getUTCFullYear() <= end) {
    if (!has(4, at.getUTCMonth() + 1)) at.setTime(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1));
    else if (!has(3, at.getUTCDate()) || !has(5, at.getUTCDay())) at.setTime(floorTo(at, 86_400_000) + 86_400_000);
    else if (!has(2, at.getUTCHours())) at.setTime(floorTo(at, 3_600_000) + 3_600_000);
    else if (!has(1, at.getUTCMinutes())) at.setTime(floorTo(at, 60_000) + 60_000);
    else if (!has(0, at.getUTCSeconds())) at.setTime(at.getTime() + 1000);
    else return at.getTime();
  }
  throw new Error(`'${expression}' never comes; look at its day and month.`);
}

function floorTo(at: Date, unitMs: number): number {
  return Math.floor(at.getTime() / unitMs) * unitMs;
}
