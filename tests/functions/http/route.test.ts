import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Paging, Reason } from '../../../functions/http/route.ts';

describe('paging', () => {
  const read = (query: object) => z.strictObject(Paging).safeParse(query);

  it('gives a hundred unless asked for more or less', () => {
    expect(read({}).data).toEqual({ limit: 100 });
    expect(read({ limit: '7', after: 'x' }).data).toEqual({ limit: 7, after: 'x' });
  });

  it.for(['0', '1001', '-1', '1.5', 'many', ''])('does not give %j', (limit) => {
    expect(read({ limit }).success).toBe(false);
  });
});

describe('a reason', () => {
  it.for(['', 'ab', 'x'.repeat(501), 'a\nforged line'])('is not %j', (reason) => {
    expect(Reason.safeParse(reason).success).toBe(false);
  });
});
