import { expect, it } from 'vitest';
import type { PublishedState } from '../../../medallion/releases/release.ts';
import { recallPublishers } from '../../../operations/releases/recall-publishers.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

const state: PublishedState = { number: 1, rounds: { 'gold.a': 1 } };
const publishing = {
  number: 2,
  release: 'r-2',
  publishedAs: 'r-2',
  batch: 'b',
  from: { 'gold.a': 1 },
  to: { 'gold.a': 2 },
  verdicts: '{}',
  until: '2026-01-01T00:00:00.000Z',
};

it('lets nobody begin who has read the state before, and changes nothing else', async () => {
  const { releases } = createFakePorts();
  const before = await releases.replace(undefined, state);
  await recallPublishers({ releases });
  expect((await releases.get())?.state).toEqual(state);
  expect(await releases.replace(before, { ...state, publishing })).toBeUndefined();
});

it('lets a publication come to its end that has begun', async () => {
  const { releases } = createFakePorts();
  const begun = await releases.replace(undefined, { ...state, publishing });
  await recallPublishers({ releases });
  expect(await releases.replace(begun, { ...state, number: 2 })).toBeDefined();
});

it('needs no record of what readers see', async () => {
  const { releases } = createFakePorts();
  await recallPublishers({ releases });
  expect(await releases.get()).toBeUndefined();
});
