import { expect, it } from 'vitest';
import { createIdempotencyKeys } from '../../../cloud/table-storage/idempotency-keys.ts';
import { describeOnTables } from '../../support/table-services.ts';

const request = { id: 'a', content: 'c', at: '2026-01-01T00:00:00.000Z' };
const createRequest = (second: number) => ({
  ...request,
  at: new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString(),
});

describeOnTables('an idempotent request', (openTable) => {
  const open = () => createIdempotencyKeys(openTable());

  it('belongs to one caller, and its response is stored whole', async () => {
    const keys = open();
    const claims = await Promise.all([1, 2, 3].map(() => keys.claim(request, 60)));
    expect(claims.map(({ kind }) => kind).sort()).toEqual(['in_progress', 'in_progress', 'new']);
    const response = { status: 201, text: 'ü'.repeat(70_000) };
    await keys.storeResponse(request, response);
    const claim = await keys.claim(request, 60);
    // The texts are compared apart, for a difference of 70,000 letters is no message.
    expect(claim).toMatchObject({ kind: 'answered', response: { status: 201 } });
    expect(claim.kind === 'answered' && claim.response.text === response.text).toBe(true);
    expect(await keys.claim({ ...request, content: 'd' }, 60)).toEqual({ kind: 'different_request' });
  });

  it('has an empty response too', async () => {
    const keys = open();
    await keys.claim(request, 60);
    await keys.storeResponse(request, { status: 204, text: '' });
    expect(await keys.claim(request, 60)).toEqual({ kind: 'answered', response: { status: 204, text: '' } });
  });

  it('is taken over once from an instance that is no more', async () => {
    const keys = open();
    await keys.claim(request, 60);
    expect(await keys.claim(createRequest(59), 60)).toEqual({ kind: 'in_progress' });
    const claims = await Promise.all([61, 62, 63].map((second) => keys.claim(createRequest(second), 60)));
    expect(claims.map(({ kind }) => kind).sort()).toEqual(['in_progress', 'in_progress', 'new']);
  });

  it('is not taken over while it is renewed, and only who has it renews it', async () => {
    const keys = open();
    await keys.claim(request, 60);
    await keys.renew(request, new Date(createRequest(59).at));
    expect(await keys.claim(createRequest(118), 60)).toEqual({ kind: 'in_progress' });
    const second = createRequest(119);
    expect(await keys.claim(second, 60)).toEqual({ kind: 'new', firstAt: request.at });
    await keys.renew(request, new Date(createRequest(170).at));
    expect(await keys.claim(createRequest(179), 60)).toEqual({ kind: 'new', firstAt: request.at });
  });

  it('is free again when it was released', async () => {
    const keys = open();
    await keys.claim(request, 60);
    await keys.release(request);
    expect(await keys.claim(createRequest(1), 60)).toEqual({ kind: 'new', firstAt: request.at });
    expect(await keys.claim(createRequest(2), 60)).toEqual({ kind: 'in_progress' });
  });

  it('is kept by who has taken it over, whatever the one before does later', async () => {
    const keys = open();
    await keys.claim(request, 60);
    const second = createRequest(61);
    expect(await keys.claim(second, 60)).toEqual({ kind: 'new', firstAt: request.at });
    await keys.release(request);
    expect(await keys.claim(createRequest(62), 60)).toEqual({ kind: 'in_progress' });
    await keys.storeResponse(second, { status: 201, text: 'b' });
    await keys.storeResponse(request, { status: 409, text: 'a' });
    expect(await keys.claim(createRequest(63), 60)).toMatchObject({ response: { status: 201, text: 'b' } });
  });

  it('is deleted in time, and not before', async () => {
    const keys = open();
    await keys.claim(request, 60);
    await keys.deleteBefore(new Date(request.at));
    expect(await keys.claim(request, 60)).toEqual({ kind: 'in_progress' });
    await keys.deleteBefore(new Date('2026-01-02T00:00:00Z'));
    expect(await keys.claim(request, 60)).toMatchObject({ kind: 'new' });
  });

  it('is deleted together with more than a transaction takes', async () => {
    const keys = open();
    const requests = Array.from({ length: 130 }, (_, index) => ({ ...request, id: `r${index}` }));
    for (const old of requests) await keys.claim(old, 60);
    await keys.deleteBefore(new Date('2026-01-02T00:00:00Z'));
    const claims = await Promise.all(requests.map((old) => keys.claim(old, 60)));
    expect(new Set(claims.map(({ kind }) => kind))).toEqual(new Set(['new']));
  });
});
