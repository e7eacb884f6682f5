import { describe, expect, it } from 'vitest';
import type { QueryResult } from '../../../medallion/ports/sql-warehouse.ts';
import { endLeftPublication } from '../../../operations/releases/end-left-publication.ts';
import { publish } from '../../../operations/releases/publish.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';

const tables = [createTableContract('gold.a'), createTableContract('gold.b')];
const now = new Date('2026-01-01T00:05:00Z');
const minutesLater = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const request = {
  release: 'r-1',
  publishedAs: 'r-1',
  batch: 'b',
  verdicts: '{}',
  rounds: { 'gold.a': 1, 'gold.b': 2 },
};

/** A publisher was killed when readers saw the first table of its release, and the second one of the release before. */
async function leave(laterAnswer: QueryResult = { kind: 'rows', rows: [] }) {
  let isDown = true;
  const answer = (statement: string): QueryResult => {
    const isSecond = statement.startsWith('MERGE INTO gold_published.b');
    if (isDown && isSecond) throw new Error('The host was killed.');
    return isSecond ? laterAnswer : { kind: 'rows', rows: [] };
  };
  const ports = createFakePorts({ tables, answer });
  await expect(publish(ports, request, now)).rejects.toThrow('The host was killed.');
  isDown = false;
  return ports;
}

describe('a publication that was left half done', () => {
  it('is ended once its publisher has been silent for long enough', async () => {
    const ports = await leave();
    await endLeftPublication(ports, minutesLater(1));
    expect((await ports.releases.get())?.state.publishing).toBeDefined();
    await endLeftPublication(ports, minutesLater(3));
    expect((await ports.releases.get())?.state).toMatchObject({
      current: { publishedAs: 'r-1' },
      rounds: { 'gold.a': 1, 'gold.b': 2 },
    });
  });

  it('says why if the warehouse rejects it', async () => {
    const ports = await leave({ kind: 'rejected', reason: 'No right.' });
    await expect(endLeftPublication(ports, minutesLater(3))).rejects.toThrow('No right.');
  });

  it('is nothing where nobody has left one', async () => {
    const ports = createFakePorts({ tables });
    await endLeftPublication(ports, now);
    await publish(ports, request, now);
    const count = ports.statements.length;
    await endLeftPublication(ports, minutesLater(3));
    expect(ports.statements).toHaveLength(count);
  });
});
