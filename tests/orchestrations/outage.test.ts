import { describe, expect, it } from 'vitest';
import { LakeError } from '../../medallion/errors.ts';
import { answerOrLater, findLater, getPauseSeconds, isReported } from '../../orchestrations/outage.ts';

const later = { later: true, seconds: 0, reason: 'It is away.' } as const;

describe('an outage', () => {
  const answerAfter = (error: unknown) => answerOrLater(() => Promise.reject(error));

  it('is waited for, and what is none is not', async () => {
    expect(await answerOrLater(async () => 4)).toBe(4);
    expect(await answerAfter(new LakeError('It is away.'))).toEqual(later);
    await expect(answerAfter(new Error('It is wrong.'))).rejects.toThrow('It is wrong.');
    await expect(answerAfter('wrong')).rejects.toBe('wrong');
  });

  it('has a reason that fits into a message', async () => {
    expect(await answerAfter(new LakeError('x'.repeat(100_000)))).toMatchObject({ reason: `${'x'.repeat(999)}…` });
  });

  it('is told from every result', () => {
    expect(findLater(later)).toEqual(later);
    for (const result of [undefined, null, {}, { later: true }, { ...later, kind: 'formed' }])
      expect(findLater(result)).toBeUndefined();
  });

  it('is asked about less and less often, and not before the service wants it', () => {
    for (const [attempt, most] of [
      [1, 2],
      [2, 4],
      [3, 8],
      [6, 64],
      [7, 120],
      [50, 120],
    ] as const) {
      const seconds = getPauseSeconds(attempt, later, 'a');
      expect(seconds).toBeGreaterThanOrEqual(most / 2);
      expect(seconds).toBeLessThanOrEqual(most);
    }
    expect(getPauseSeconds(1, { ...later, seconds: 300 }, 'a')).toBe(300);
  });

  it('is reported every five minutes', () => {
    const moments = [0, 120, 240, 360, 480, 590, 610, 700];
    const pairs = moments.slice(1).map((moment, n) => isReported(moments[n] ?? 0, moment));
    expect(pairs).toEqual([false, false, true, false, false, true, false]);
  });

  it('is asked about by nobody at the moment at which others ask, and at the same in every replay', () => {
    const listPauses = (seed: string) => [1, 2, 3, 7, 8].map((attempt) => getPauseSeconds(attempt, later, seed));
    const all = [...listPauses('a'), ...listPauses('b')];
    expect(new Set(all).size).toBe(all.length);
    expect(listPauses('a')).toEqual(listPauses('a'));
  });
});
