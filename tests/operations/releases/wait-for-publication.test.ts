import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { waitForPublication } from '../../../operations/releases/wait-for-publication.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { beginPublication } from '../../support/publication.ts';

const now = new Date('2026-01-01T00:00:00Z');
const later = new Date('2026-01-01T00:10:00Z');
const clock = () => now;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }));
afterEach(() => void vi.useRealTimers());

it('has nothing to wait for where nobody publishes', async () => {
  expect(await waitForPublication(createFakePorts(), clock)).toBeUndefined();
});

it('lets nobody begin who has read the record before', async () => {
  const ports = createFakePorts();
  const before = await ports.releases.replace(undefined, { number: 1, rounds: {} });
  await waitForPublication(ports, clock);
  expect(await ports.releases.replace(before, { number: 2, rounds: {} })).toBeUndefined();
});

it('waits until a publication has ended', async () => {
  const ports = createFakePorts();
  const end = await beginPublication(ports, later);
  const waiting = waitForPublication(ports, clock);
  await vi.advanceTimersByTimeAsync(20_000);
  await end();
  await vi.advanceTimersByTimeAsync(2000);
  expect(await waiting).toBeUndefined();
});

it('names the one that takes longer than a minute', async () => {
  const ports = createFakePorts();
  await beginPublication(ports, later);
  const waiting = waitForPublication(ports, clock);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await waiting).toMatchObject({ publishedAs: 'r-3' });
});

it('does not wait for one that nobody is at work at', async () => {
  const ports = createFakePorts();
  await beginPublication(ports, now);
  expect(await waitForPublication(ports, clock)).toMatchObject({ publishedAs: 'r-3' });
  expect(vi.getTimerCount()).toBe(0);
});
