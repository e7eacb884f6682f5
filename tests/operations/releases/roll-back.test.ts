import { describe, expect, it } from 'vitest';
import { publishAgain } from '../../../operations/releases/roll-back.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';

const tables = [createTableContract('gold.a'), createTableContract('gold.b')];
const input = { release: 'r-1', as: 'r-1-again-1', actor: 'operator', reason: 'The last one was wrong.' };
const known = (isKept: boolean) =>
  ['gold.a', 'gold.b'].map((table, at) => ({ batch, table_name: table, version: BigInt(at + 4), is_kept: isKept }));
const ports = (rows: Record<string, unknown>[]) =>
  createFakePorts({
    tables,
    answer: (statement) => ({ kind: 'rows', rows: statement.startsWith('SELECT batch') ? rows : [] }),
  });

describe('publishAgain', () => {
  it('points the views at the versions of that release, and records it under a new name with who and why', async () => {
    const here = ports(known(true));

    expect(await publishAgain.in(here)(input)).toEqual({ kind: 'published', release: 'r-1-again-1' });
    expect(here.asked[1]).toBe(
      "ALTER VIEW gold_released.a AS SELECT id, 'r-1-again-1' AS _release FROM gold_staged.a VERSION AS OF 4",
    );
    expect(here.asked[2]).toContain('FROM gold_staged.b VERSION AS OF 5');
    expect(here.asked.at(-1)).toContain('{"again":"r-1","by":"operator","because":"The last one was wrong."}');
  });

  it.for([
    ['is not known', [], "There is no release 'r-1'."],
    ['may have lost its files', known(false), "Release 'r-1' is older than 30 days"],
  ] as const)('refuses a release that %s', async ([, rows, reason]) => {
    const here = ports([...rows]);
    expect(await publishAgain.in(here)(input)).toEqual({ kind: 'rejected', reason: expect.stringContaining(reason) });
    expect(here.asked).toHaveLength(1);
  });
});
