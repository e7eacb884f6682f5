import type { RunningStack } from '../../bench/harness/running-stack.ts';

type Ask = (statement: string) => Promise<{ rows: Record<string, unknown>[] }>;

/** The newest entry of the record of releases: readers of several tables look at it before and after. */
const newest = `SELECT max_by(struct(release, state), number * 2 + IF(state = 'published', 1, 0)) AS entry FROM ops.releases`;

const toText = (rows: readonly unknown[]) =>
  JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));

/** The answers of several statements, and the release that all of them are of; nothing if one was published meanwhile. */
export function readReleased(cloud: RunningStack, statements: readonly string[]): Promise<string> {
  return cloud.useWarehouse(async (ask: Ask) => {
    const readNewest = async () => toText((await ask(newest)).rows);
    const before = await readNewest();
    const answers = [];
    for (const statement of statements) answers.push((await ask(statement)).rows);
    const isWhole = before.includes('published') && before === (await readNewest());
    return isWhole ? `${before} ${toText(answers)}` : '';
  });
}
