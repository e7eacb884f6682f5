import { type PublishedState, toRounds } from './release.ts';

/** Rows of the publication that ended last, and of a later one that has only begun. */
export const recordedStatement =
  "SELECT number, state, table_name, release, batch, from_round, to_round, verdicts, unix_millis(at) AS at FROM ops.releases WHERE number >= (SELECT coalesce(max(number), 0) FROM ops.releases WHERE state = 'published')";

type Row = Readonly<Record<string, unknown>>;

/** The state of the releases as `ops.releases` tells it. Whoever publishes next ends at once what has only begun. */
export function toRecordedState(rows: readonly Row[]): PublishedState {
  const ended = rows.filter(({ state }) => state === 'published');
  const number = Number(ended[0]?.['number'] ?? 0);
  const begun = rows.filter((row) => Number(row['number']) > number);
  const [first] = ended;
  return {
    number,
    rounds: toRounds(ended),
    ...(first ? { current: { ...toNames(first), publishedAt: toTime(first['at']) } } : {}),
    ...(begun[0] ? { publishing: toPublication(begun[0], begun) } : {}),
  };
}

const toPublication = (first: Row, rows: readonly Row[]): PublishedState['publishing'] => ({
  ...toNames(first),
  number: Number(first['number']),
  batch: String(first['batch']),
  verdicts: String(first['verdicts']),
  from: Object.fromEntries(rows.map((row) => [String(row['table_name']), Number(row['from_round'])])),
  to: toRounds(rows),
  until: toTime(0),
});

/** Of a roll back readers see another release than the one that its publication is named after. */
function toNames({ release, verdicts }: Row): { readonly release: string; readonly publishedAs: string } {
  const publishedAs = String(release);
  const { rollBackTo = publishedAs } = JSON.parse(String(verdicts)) as { rollBackTo?: string };
  return { release: rollBackTo, publishedAs };
}

const toTime = (milliseconds: unknown) => new Date(Number(milliseconds)).toISOString();
