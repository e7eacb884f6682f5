import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BlobProperties, Registry } from '../../../medallion/ports/index.ts';
import { type Desk, UnknownPageTokenError } from '../../../medallion/ports/index.ts';
import type { Execution } from '../../../medallion/reprocessing/plan.ts';
import { type RunningRegistry, startRegistry } from '../../support/registry.ts';
import { batch } from '../../support/samples.ts';

let emulator: RunningRegistry;
let desk: Desk;
let registry: Registry;
let table = 0;
const datasets = ['gym_logins', 'bpm_export'];

beforeAll(async () => {
  emulator = await startRegistry();
});
afterAll(() => emulator.stop());
beforeEach(() => {
  table++;
  desk = emulator.desk(`desk${table}`);
  registry = emulator.open(datasets, `desk${table}`);
});

const properties = (path: string, etag = '0x1'): BlobProperties => ({
  ...{ path, etag, length: 5, lastModified: '2026-01-01T00:00:00Z', isDirectory: false },
});

async function registered(...paths: string[]) {
  const files = [];
  for (const path of paths) {
    const registration = await registry.register(properties(path));
    if (registration.kind === 'new') files.push(registration.file);
  }
  return files;
}

describe('the newest files', () => {
  it('come first, over all datasets, a page at a time', async () => {
    const paths = ['gym_logins/a', 'bpm_export/b', 'gym_logins/c', 'stray.csv', 'bpm_export/d'];
    for (const path of paths) {
      await registered(path);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    const seen: string[] = [];
    for (let after: string | undefined, more = true; more; ) {
      const page = await desk.latest(datasets, 2, after);
      seen.push(...page.rows.map(({ path }) => path));
      after = page.next;
      more = after !== undefined;
    }
    expect(seen).toEqual(paths.toReversed());
    expect((await desk.latest(['gym_logins'], 10)).rows.map(({ path }) => path)).not.toContain('bpm_export/b');
  });

  it.for(['nonsense', "latest:x' or '1' eq '1", 'eyJhIjoxfQ=='])('do not go on from the mark %s', async (mark) => {
    await expect(desk.latest(datasets, 2, mark)).rejects.toThrow(UnknownPageTokenError);
    await expect(registry.files({}, 2, mark)).rejects.toThrow(UnknownPageTokenError);
    await expect(registry.runs(2, mark)).rejects.toThrow(UnknownPageTokenError);
  });
});

describe('quarantined files', () => {
  it('are found with their problems until they are discarded, and again when they are loaded again', async () => {
    const [file, fine] = await registered('gym_logins/a', 'gym_logins/b');
    if (!file || !fine) throw new Error('Nothing was registered.');
    const lines = [file, fine].map((each) => ({ ...each, batch, replaces: null }));
    const counts = { outcome: 'loaded' as const, lines: 3, blank: 0 };
    const accounts = new Map([
      [file.file, { file: file.file, ...counts, accepted: 1, quarantined: 2, violations: { gym_missing: 2 } }],
      [fine.file, { file: fine.file, ...counts, accepted: 3, quarantined: 0 }],
    ]);
    const settle = () => registry.settle(lines, accounts, { status: 'published', release: 'r-1' });
    const listed = async (dismissed: boolean) =>
      (await desk.quarantined({ dataset: 'gym_logins', dismissed }, 10)).rows.map(({ violations }) => violations);

    await settle();
    expect(await listed(false)).toEqual([{ gym_missing: 2 }]);
    await desk.dismiss(file, 'A test.');
    expect([await listed(false), await listed(true)]).toEqual([[], [{ gym_missing: 2 }]]);
    await desk.reload(lines);
    expect(await registry.file(file.file)).toMatchObject({ status: 'loading', batch });
    await settle();
    expect(await listed(false)).toEqual([{ gym_missing: 2 }]);
  });
});

describe('quarantined lines of a content that was replaced', () => {
  it('leave the desk with it', async () => {
    const [before] = await registered('gym_logins/a');
    const later = await registry.register(properties('gym_logins/a', '0x2'));
    if (!before || later.kind !== 'new') throw new Error('Nothing was registered.');
    const account = (file: string, quarantined: number) =>
      [file, { file, outcome: 'loaded' as const, lines: 3, blank: 0, accepted: 3 - quarantined, quarantined }] as const;
    const listed = async () => (await desk.quarantined({ dismissed: false }, 10)).rows.map(({ file }) => file);

    await registry.settle([{ ...before, batch, replaces: null }], new Map([account(before.file, 2)]), {
      status: 'blocked',
    });
    expect(await listed()).toEqual([before.file]);
    const line = { ...later.file, batch, replaces: before.file };
    await registry.settle([line], new Map([account(later.file.file, 1)]), { status: 'published', release: 'r-1' });
    expect(await listed()).toEqual([later.file.file]);
    expect(await registry.file(before.file)).toMatchObject({
      status: 'blocked',
      dismissed: expect.stringContaining('newer'),
    });
  });
});

describe('an execution', () => {
  const queued: Execution = {
    plan: `p-${batch}`,
    state: 'queued',
    actor: 'ann',
    reason: 'So.',
    at: '2026-01-01T00:00:00.000Z',
  };

  it('is the first of many that are asked for at once', async () => {
    const actor = ['ann', 'bob', 'eve', 'joe'];
    const kept = await Promise.all(actor.map((actor) => desk.execute({ ...queued, actor })));
    expect(new Set(kept.map(({ actor }) => actor)).size).toBe(1);
    expect(await desk.execution(queued.plan)).toEqual(kept[0]);
  });

  it('waits in line, is found under its batch while it runs, and is done then', async () => {
    const later = { ...queued, plan: `p-${batch.replace(/.$/, '0')}`, at: '2026-01-02T00:00:00.000Z' };
    await desk.execute(later);
    await desk.execute(queued);
    expect(await desk.queued()).toBe(queued.plan);
    await desk.proceed({ ...queued, state: 'running', batch });
    expect([await desk.planOf(batch), await desk.queued()]).toEqual([queued.plan, later.plan]);
    await desk.proceed({ ...queued, state: 'done', batch, outcome: 'published' });
    expect(await desk.planOf(batch)).toBeUndefined();
  });
});

describe('a keyed request', () => {
  const request = { id: 'a', content: 'c', at: '2026-01-01T00:00:00.000Z' };

  it('belongs to one, and its answer is kept whole', async () => {
    const claims = await Promise.all([1, 2, 3].map(() => desk.claim(request, 60)));
    expect(claims.filter(({ kind }) => kind === 'mine')).toHaveLength(1);
    const answer = { status: 201, text: 'ü'.repeat(70_000) };
    await desk.storeResponse(request, answer);
    const claim = await desk.claim(request, 60);
    const kept = claim.kind === 'answered' ? claim.answer : undefined;
    expect([kept?.status, kept?.text.length]).toEqual([201, 70_000]);
    expect(kept?.text === answer.text).toBe(true);
    expect(await desk.claim({ ...request, content: 'd' }, 60)).toEqual({ kind: 'other' });
  });

  it('is taken over from an instance that is no more, and given back by one that broke', async () => {
    await desk.claim(request, 60);
    expect(await desk.claim({ ...request, at: '2026-01-01T00:00:59.000Z' }, 60)).toEqual({ kind: 'in progress' });
    expect(await desk.claim({ ...request, at: '2026-01-01T00:01:01.000Z' }, 60)).toEqual({ kind: 'mine' });
    await desk.release(request);
    expect(await desk.claim(request, 60)).toEqual({ kind: 'mine' });
  });

  it('is forgotten in time, and not before', async () => {
    await desk.claim(request, 60);
    await desk.forgetRequests(new Date(request.at));
    expect(await desk.claim(request, 60)).toEqual({ kind: 'in progress' });
    await desk.forgetRequests(new Date('2026-01-02T00:00:00Z'));
    expect(await desk.claim(request, 60)).toEqual({ kind: 'mine' });
  });
});

it('the desk remembers acts, standings, cancellations, generations, definitions and rollbacks', async () => {
  const at = '2026-01-01T00:00:00.000Z';
  expect([await desk.pipelineState(), await desk.cancellation(batch), await desk.generation('gold')]).toEqual(
    Array(3).fill(undefined),
  );
  await desk.record({ entry: '1', at, actor: 'ann', action: 'paused', target: 'pipeline', reason: 'So.' });
  await desk.record({
    entry: '2',
    at: '2026-01-02T00:00:00.000Z',
    actor: 'ann',
    action: 'skipped',
    target: batch,
    reason: 'So.',
  });
  await desk.stand({ state: 'paused', actor: 'ann', reason: 'So.', at });
  await desk.cancel(batch, 'Cancelled.');
  await desk.begin('gold', batch);
  await desk.define({ 'gold.a': '1', 'silver.b': '2' });
  await desk.define({ 'gold.a': '3' });
  await desk.republish({ release: 'r-1', as: 'r-1-again', at });

  expect((await desk.acts({}, 10)).rows.map(({ entry }) => entry)).toEqual(['2', '1']);
  expect((await desk.acts({ target: 'pipeline' }, 10)).rows).toMatchObject([{ entry: '1' }]);
  expect(await desk.pipelineState()).toMatchObject({ state: 'paused' });
  expect([await desk.cancellation(batch), await desk.generation('gold')]).toEqual(['Cancelled.', batch]);
  expect(await desk.definitions()).toEqual({ 'gold.a': '3', 'silver.b': '2' });
  expect(await desk.republished()).toEqual({ release: 'r-1', as: 'r-1-again', at });
});
