import { z } from 'zod';
import { quoteLiteral } from '../contracts/sql.ts';
import { Versions } from '../layer.ts';
import type { Move } from './change-sets.ts';

/** By gold table: the round of the gold layer that a publication shows. */
export const Rounds = Versions;
export type Rounds = z.infer<typeof Rounds>;

/** A publication that is on its way, as it is taken up by whoever comes next if it stays unfinished. */
export const Publication = z.object({
  number: z.int().positive(),
  /** The release that readers will see, and the name of this publication: another one after a roll back. */
  release: z.string(),
  publishedAs: z.string(),
  batch: z.string(),
  /** The rounds that readers see of every gold table before it and after it. */
  from: Rounds,
  to: Rounds,
  /** What led to it, as JSON. */
  verdicts: z.string(),
  /** Until then nobody else takes it up. ISO time. */
  until: z.string(),
});
export type Publication = z.infer<typeof Publication>;

/** The release that readers see. After a roll back an older one is published under another name. */
export const CurrentRelease = z.object({ release: z.string(), publishedAs: z.string(), publishedAt: z.string() });
export type CurrentRelease = z.infer<typeof CurrentRelease>;

/** What readers see, and what they are about to see. */
export const PublishedState = z.object({
  number: z.int().nonnegative(),
  rounds: Rounds,
  current: CurrentRelease.optional(),
  publishing: Publication.optional(),
});
export type PublishedState = z.infer<typeof PublishedState>;

export const toReleaseName = (batch: string) => `r-${batch}`;

/** Tables of which readers come to see other rows. */
export const listMoves = ({ from, to }: Pick<Publication, 'from' | 'to'>): (Move & { readonly table: string })[] =>
  Object.entries(to)
    .map(([table, round]) => ({ table, from: from[table] ?? 0, to: round }))
    .filter((move) => move.from !== move.to);

/** Where a gold table may be while a publication is on its way: what is laid over it begins at the lower end. */
export function getBaseRounds({ publishing, rounds }: PublishedState): Rounds {
  if (publishing === undefined) return rounds;
  const lowered = listMoves(publishing).map(({ from, table, to }) => [table, Math.min(from, to)] as const);
  return { ...rounds, ...Object.fromEntries(lowered) };
}

/** The error of a publication whose number is no longer free. */
const oldNumber = 'Another publication with this number or a greater one has begun.';

/** Whether a statement was rejected because the state table is behind what the lakehouse tells. */
export const isOfOldNumber = (reason: string): boolean => reason.includes(oldNumber);

/** Records the beginning or the end of a publication once, however often it runs. One that comes too late cannot begin. */
export function createReleaseStatement(publication: Publication, state: 'publishing' | 'published'): string {
  const { batch, from, number, publishedAs, to, verdicts } = publication;
  const rows = Object.entries(to).map(
    ([table, round]) => `(${quoteLiteral(table)}, CAST(${from[table] ?? 0} AS BIGINT), CAST(${round} AS BIGINT))`,
  );
  const others = `SELECT count(*) FROM ops.releases WHERE number > ${number} OR (number = ${number} AND release <> ${quoteLiteral(publishedAs)})`;
  const check = state === 'publishing' ? ` AND IF((${others}) > 0, raise_error('${oldNumber}'), true)` : '';
  return `INSERT INTO ops.releases (number, state, table_name, release, batch, from_round, to_round, at, verdicts)
SELECT CAST(${number} AS BIGINT), '${state}', table_name, ${quoteLiteral(publishedAs)}, ${quoteLiteral(batch)}, from_round, to_round, current_timestamp(), ${quoteLiteral(verdicts)}
FROM (VALUES ${rows.join(', ')}) AS entry(table_name, from_round, to_round)
WHERE NOT EXISTS (SELECT 1 FROM ops.releases AS before WHERE before.number = ${number} AND before.state = '${state}' AND before.release = ${quoteLiteral(publishedAs)})${check}`;
}

/** By the clock of the warehouse. NULL where nothing was released yet. */
export const releaseAgeStatement =
  "SELECT timestampdiff(HOUR, max(at), current_timestamp()) AS hours FROM ops.releases WHERE state = 'published'";

/** The tables of one release, as its publication ended. */
export const createReleaseQuery = (release: string): string =>
  `SELECT batch, table_name, max_by(to_round, number) AS to_round FROM ops.releases WHERE release = ${quoteLiteral(release)} AND state = 'published' GROUP BY batch, table_name`;

export const toRounds = (rows: readonly Record<string, unknown>[]): Rounds =>
  Object.fromEntries(rows.map((row) => [String(row['table_name']), Number(row['to_round'])]));
