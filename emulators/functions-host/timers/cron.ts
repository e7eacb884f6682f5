/** A parsed NCRONTAB expression: second, minute, hour, day, month, day of week; all in UTC. */
export interface Cron {
  /** The first moment after `from`, in milliseconds. */
  next(from: number): number;
}

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly words: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const fields: readonly Field[] = [
  { name: 'second', least: 0, most: 59, words: [] },
  { name: 'minute', least: 0, most: 59, words: [] },
  { name: 'hour', least: 0, most: 23, words: [] },
  { name: 'day', least: 1, most: 31, words: [] },
  { name: 'month', least: 1, most: 12, words: months },
  { name: 'day of week', least: 0, most: 6, words: days },
];
const farthestYears = 30;

export function parseCron(expression: string): Cron {
  const parts = expression.trim().split(/\s+/);
  // Five fields are the classic form without seconds.
  if (parts.length === 5) parts.unshift('0');
  if (parts.length !== 6)
    throw new Error(`'${expression}' is not an NCRONTAB expression; write six fields, seconds first.`);
  const sets = fields.map((field, index) => parseField(parts[index] ?? '', field, expression));
  return { next: (from) => nextAfter(from, sets, expression) };
}

function parseField(text: string, field: Field, expression: string): ReadonlySet<number> {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    const [from, to] =
      range === '*' ? [field.least, field.most] : range.split('-').map((each) => numberIn(each, field));
    const last = to ?? (step ? field.most : from);
    if (from === undefined || last === undefined || !isWithin(from, last, field) || step === '0') {
      throw new Error(
        `'${text}' is not a ${field.name} in '${expression}'; allowed are ${field.least} to ${field.most}, lists, ranges and steps.`,
      );
    }
    for (let value = from; value <= last; value += Number(step ?? 1)) values.add(value);
  }
  return values;
}

function numberIn(text: string, { words, least }: Field): number {
  const word = words.indexOf(text.slice(0, 3).toLowerCase());
  return word >= 0 ? word + least : /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function isWithin(from: number, last: number, { least, most }: Field): boolean {
  return from >= least && last <= most && from <= last;
}

/** Walks from the largest unit to the smallest, so that a yearly schedule is found in some hundred steps. */
function nextAfter(from: number, sets: readonly ReadonlySet<number>[], expression: string): number {
  const at = new Date(Math.floor(from / 1000) * 1000 + 1000);
  const end = at.getUTCFullYear() + farthestYears;
  const has = (field: number, value: number): boolean => sets[field]?.has(value) ?? false;
  while (at.getUTCFullYear() <= end) {
    if (!has(4, at.getUTCMonth() + 1)) at.setTime(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1));
    else if (!has(3, at.getUTCDate()) || !has(5, at.getUTCDay())) at.setTime(startOf(at, 86_400_000) + 86_400_000);
    else if (!has(2, at.getUTCHours())) at.setTime(startOf(at, 3_600_000) + 3_600_000);
    else if (!has(1, at.getUTCMinutes())) at.setTime(startOf(at, 60_000) + 60_000);
    else if (!has(0, at.getUTCSeconds())) at.setTime(at.getTime() + 1000);
    else return at.getTime();
  }
  throw new Error(`'${expression}' never comes; look at its day and month.`);
}

function startOf(at: Date, unitMs: number): number {
  return Math.floor(at.getTime() / unitMs) * unitMs;
}
