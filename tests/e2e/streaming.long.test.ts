import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentOf, LiveLakehouse } from '../support/live-lakehouse.ts';
import { secondOf } from '../support/live-load.ts';
import { until } from '../support/running-cloud.ts';

interface Stream {
  readonly layer: string;
  readonly mode: string;
  readonly state?: string;
  readonly because?: string;
  readonly jobRuns?: string[];
}

let live: LiveLakehouse;

beforeAll(async () => {
  live = await LiveLakehouse.start();
});

afterAll(() => live.discard());

const streams = async () => (await live.cloud.get<{ streams: Stream[] }>('streams')).streams;
const states = async () => (await streams()).map(({ state }) => state);

/** Each landed file once, published, every line of it accounted for. */
async function allIsPublished() {
  const status = await live.cloud.quiet();
  expect(status).toMatchObject({ pending: 0, unregistered: 0, files: { published: live.files.length } });
  for (const { accepted, lines, quarantined } of await live.cloud.files())
    expect(lines).toBe((accepted ?? 0) + (quarantined ?? 0));
}

describe('a lakehouse whose layers stream', () => {
  it('publishes what lands without a run for it, and knows how old it was', async () => {
    await live.live(0, 10);
    await allIsPublished();

    expect(await states()).toEqual(['running', 'running', 'running']);
    expect((await live.cloud.runs()).every(({ batches, outcome }) => batches && outcome === 'published')).toBe(true);
    const file = await live.cloud.file('kafka_multiplex/live-0009.json');
    for (const at of [file.bronzeAt, file.silverAt, file.goldAt, file.publishedAt]) expect(at).toMatch(/Z$/);
  });

  it.for(['functions-host', 'spark', 'databricks'] as const)(
    'goes on after a kill of %s, with one run per layer',
    async (name) => {
      const from = live.files.length;
      await live.live(from, from + 6, { [from + 2]: () => live.cloud.kill(name) });
      await allIsPublished();
      await until('streams that run', async () => (await states()).every((state) => state === 'running'));
      const runs = (await streams()).flatMap(({ jobRuns }) => jobRuns ?? []);
      expect(new Set(runs).size).toBe(runs.length);
    },
  );

  it('switches to a run per batch and back while files land', async () => {
    const from = live.files.length;
    await live.live(from, from + 16, {
      [from + 2]: () => live.ask('all', 'triggered'),
      [from + 9]: () => live.ask('all', 'continuous'),
    });
    await allIsPublished();
    expect((await live.cloud.runs()).some(({ batches }) => batches === undefined)).toBe(true);
    await until('streams that run', async () => (await states()).every((state) => state === 'running'));
  });

  it('stops between micro-batches when it is asked to drain, and goes on when resumed', async () => {
    await live.ask('all', 'drain');
    await until('drained streams', async () => (await states()).every((state) => state === 'drained'));
    const from = live.files.length;
    await live.live(from, from + 2);
    await live.ask('all', 'resume');
    await allIsPublished();
  });

  it('halts a stream whose job always fails, in its own words, and goes on when the cause is gone', async () => {
    const folder = path.join(live.cloud.home, 'adls/control/manifests/2026-01-01');
    const poison = path.join(folder, '20260101T000000000Z-00000000.jsonl');
    mkdirSync(folder, { recursive: true });
    writeFileSync(poison, '{"nonsense": 1}\n');
    await until('a halted stream', async () => (await states())[0] === 'halted', 300);

    const because = expect.stringMatching(/given up after 6 failure.*A line of a manifest cannot be read.*resume/s);
    expect((await streams())[0]).toMatchObject({ layer: 'bronze', because });
    expect((await live.cloud.runs()).find(({ outcome }) => outcome === 'halted')).toMatchObject({ because });

    const from = live.files.length;
    await live.live(from, from + 2);
    writeFileSync(poison, '');
    await live.ask('bronze', 'resume');
    await allIsPublished();
    expect(await states()).toEqual(['running', 'running', 'running']);
  });

  it('holds what a gate blocks while the streams go on, and publishes it when it has healed', async () => {
    const file = 'kafka_multiplex/broken.json';
    const torn = JSON.stringify({ key: 'd1', value: 'torn', topic: 'bpm' });
    await live.land({ path: file, content: `${torn}\n`.repeat(20) });
    await until('a held release', async () => (await live.cloud.runs())[0]?.outcome === 'held');
    expect(await states()).toEqual(['running', 'running', 'running']);
    const { batch } = (await live.cloud.runs())[0] ?? {};

    await live.land({ path: file, content: secondOf(1000).content });
    await until('a healed file', async () => (await live.cloud.file(file)).fate === 'published');
    expect((await live.cloud.runs()).find((run) => run.batch === batch)).toMatchObject({ outcome: 'published' });
  });
});

describe('what has come of it all', () => {
  it('is what comes of one batch over the same files', async () => {
    const streamed = await contentOf(live.cloud);
    expect(streamed['lines']).toMatchObject([{ n: (streamed['lines'] as { different: bigint }[])[0]?.different }]);
    expect(await live.asOneBatch()).toEqual(streamed);
  });
});
