import { expect, it } from 'vitest';
import { createIdentity, createKeyedIdentity } from '../../../functions/http/request-identity.ts';

const at = '2026-01-01T00:00:00.000Z';

it('gives other ids each time, and the same ones under the same key', () => {
  const listIds = ({ createId }: { createId(): string }) => [createId(), createId()];
  const first = listIds(createKeyedIdentity('k', at));
  expect(listIds(createKeyedIdentity('k', at))).toEqual(first);
  expect(
    new Set([...first, ...listIds(createKeyedIdentity('l', at)), ...listIds(createIdentity(new Date(at)))]).size,
  ).toBe(6);
  for (const id of first) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
});
