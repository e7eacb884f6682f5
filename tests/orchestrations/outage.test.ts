import { describe, expect, it } from 'vitest';
import { LakeError } from '../../medallion/errors.ts';
import { answerOrLater, findLater, getPauseSeconds } from '../../orchestrations/outage.ts';

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
    expect([1, 2, 3, 6, 7, 50].map((attempt) => getPauseSeconds(attempt, later))).toEqual([2, 4, 8, 64, 120, 120]);
    expect(getPauseSeconds(1, { ...later, seconds: 300 })).toBe(300);
  });
});
