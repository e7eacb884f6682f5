import { describe, expect, it } from 'vitest';
import { OpenRequests } from '../../../functions/http/open-requests.ts';
import { Problem } from '../../../functions/http/problem.ts';

const max = 32;
const ann = { actor: 'ann (1)', roles: [] };
const bob = { actor: 'bob (2)', roles: [] };

/** As many requests of Ann under way as she may have, until somebody opens the gate. */
function fill(openRequests: OpenRequests) {
  const gate = Promise.withResolvers<void>();
  const underWay = Array.from({ length: max }, () => openRequests.handle(ann, () => gate.promise));
  return { gate, underWay };
}

describe('the requests of one caller', () => {
  it('are so many at once, and nobody else waits for them', async () => {
    const openRequests = new OpenRequests();
    const { gate, underWay } = fill(openRequests);
    let calls = 0;
    const count = async () => ++calls;
    expect(await openRequests.handle(ann, count)).toMatchObject({ code: 'too_many_requests' });
    expect(calls).toBe(0);
    expect(await openRequests.handle(bob, count)).toBe(1);
    gate.resolve();
    await Promise.all(underWay);
    expect(await openRequests.handle(ann, count)).toBe(2);
  });

  it('make room for others when they break', async () => {
    const openRequests = new OpenRequests();
    const { gate, underWay } = fill(openRequests);
    gate.reject(new Error('Broken.'));
    await Promise.allSettled(underWay);
    const again = fill(openRequests);
    again.gate.resolve();
    expect(await Promise.all(again.underWay)).not.toContainEqual(expect.any(Problem));
  });
});
