import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveLakehouse } from '../../bench/harness/live-lakehouse.ts';
import { createSecondFile } from '../../bench/harness/live-load.ts';
import { readContent } from '../../bench/harness/read-content.ts';
import { waitUntil } from '../../bench/harness/target.ts';
import { send } from '../support/api.ts';
import { ancientReading, createBlockingProject } from '../support/blocking-project.ts';
import { loadAsOneBatch } from '../support/one-batch.ts';

interface Stream {
  readonly layer: string;
  readonly mode: string;
  readonly state?: string;
  readonly reason?: string;
  readonly jobRuns?: string[];
}

let live: LiveLakehouse;

beforeAll(async () => {
  live = await LiveLakehouse.start(['--project', createBlockingProject()]);
});

afterAll(() => live.dismiss());

const streams = async () => (await live.stack.get<{ streams: Stream[] }>('streams')).streams;
const states = async () => (await streams()).map(({ state }) => state);

/** Each landed file once, published, every line of it accounted for. */
async function allIsPublished() {
  const status = await live.stack.waitUntilQuiet();
  expect(status).toMatchObject({ pendingFiles: 0, unregistered: 0, files: { published: live.files.length } });
  for (const { accepted, lines, quarantinedLines } of await live.stack.listFiles())
    expect(lines).toBe((accepted ?? 0) + (quarantinedLines ?? 0));
}

describe('a lakehouse whose layers stream', () => {
  it('publishes what lands without a run for it, and knows how old it was', async () => {
    await live.landEverySecond(0, 10);
    await allIsPublished();

    expect(await states()).toEqual(['running', 'running', 'running']);
    expect((await live.stack.listRuns()).every(({ batches, outcome }) => batches && outcome === 'published')).toBe(
      true,
    );
    const file = await live.stack.getFile('kafka_multiplex/live-0009.json');
    for (const at of [file.bronzeAt, file.silverAt, file.goldAt, file.publishedAt]) expect(at).toMatch(/Z$/);
  });

  it('takes out a file that a person excludes, and loads it again when it is included', async () => {
    const target = 'kafka_multiplex/live-0003.json';
    const { file } = await live.stack.getFile(target);
    const decide = (verb: string) => send(live.stack.addresses.app, `files/${file}/${verb}`, { reason: 'To see it.' });
    const countRows = async () => {
      const query = `SELECT count(*) AS n FROM landed.kafka_multiplex WHERE _path = '${target}'`;
      return Number((await live.stack.query(query)).rows[0]?.['n']);
    };
    const before = await countRows();
    expect(before).toBeGreaterThan(0);
    expect((await decide('exclude')).status).toBe(202);
    await waitUntil('rows that are gone', async () => (await countRows()) === 0);
    const excludedAt = new Date().toISOString();
    await live.landEverySecond(10, 12);
    await waitUntil('a release without the file', async () => {
      const [newest] = await live.stack.listRuns();
      return newest?.outcome === 'published' && newest.startedAt > excludedAt;
    });
    expect(await live.stack.getFile(target)).toMatchObject({ status: 'excluded' });

    expect((await decide('include')).status).toBe(202);
    await allIsPublished();
    expect(await countRows()).toBe(before);
  });

  it.for(['functions-host', 'spark', 'databricks'] as const)(
    'goes on after a kill of %s, with one run per layer',
    async (name) => {
      const from = live.files.length;
      await live.landEverySecond(from, from + 6, { [from + 2]: () => live.stack.kill(name) });
      await allIsPublished();
      await waitUntil('streams that run', async () => (await states()).every((state) => state === 'running'));
      const runs = (await streams()).flatMap(({ jobRuns }) => jobRuns ?? []);
      expect(new Set(runs).size).toBe(runs.length);
    },
  );

  it('switches to a run per batch and back while files land', async () => {
    const from = live.files.length;
    await live.landEverySecond(from, from + 16, {
      [from + 2]: () => live.updateStreams('all', { mode: 'triggered' }),
      [from + 9]: () => live.updateStreams('all', { mode: 'continuous' }),
    });
    await allIsPublished();
    expect((await live.stack.listRuns()).some(({ batches }) => batches === undefined)).toBe(true);
    await waitUntil('streams that run', async () => (await states()).every((state) => state === 'running'));
  });

  it('stops between micro-batches when it is asked to drain, and goes on when resumed', async () => {
    await live.updateStreams('all', { paused: true });
    await waitUntil('drained streams', async () => (await states()).every((state) => state === 'drained'));
    const from = live.files.length;
    await live.landEverySecond(from, from + 2);
    await live.updateStreams('all', { paused: false });
    await allIsPublished();
  });

  it('halts a stream whose job always fails, in its own words, and goes on when the cause is gone', async () => {
    const folder = path.join(live.stack.home, 'adls/control/manifests/2026-01-01');
    const poison = path.join(folder, '20260101T000000000Z-00000000.jsonl');
    mkdirSync(folder, { recursive: true });
    writeFileSync(poison, '{"nonsense": 1}\n');
    await waitUntil('a halted stream', async () => (await states())[0] === 'halted', 300);

    const reason = expect.stringMatching(/halted after 6 failure.*A line of a manifest cannot be read.*resume/s);
    expect((await streams())[0]).toMatchObject({ layer: 'bronze', reason });
    expect((await live.stack.listRuns()).find(({ outcome }) => outcome === 'halted')).toMatchObject({ reason });

    const from = live.files.length;
    await live.landEverySecond(from, from + 2);
    writeFileSync(poison, '');
    await live.updateStreams('bronze', { paused: false });
    await allIsPublished();
    expect(await states()).toEqual(['running', 'running', 'running']);
  });

  it('holds what a gate blocks while the streams go on, and publishes it when it has healed', async () => {
    const file = 'kafka_multiplex/broken.json';
    await live.land({ path: file, content: ancientReading });
    await waitUntil('a held release', async () => (await live.stack.listRuns())[0]?.outcome === 'blocked');
    expect(await states()).toEqual(['running', 'running', 'running']);
    const { batch } = (await live.stack.listRuns())[0] ?? {};

    await live.land({ path: file, content: createSecondFile(1000).content });
    await waitUntil('a healed file', async () => (await live.stack.getFile(file)).status === 'published');
    expect((await live.stack.listRuns()).find((run) => run.batch === batch)).toMatchObject({ outcome: 'published' });
  });
});

describe('what has come of it all', () => {
  it('is what comes of one batch over the same files', async () => {
    const streamed = await readContent(live.stack);
    expect(streamed['lines']).toMatchObject([{ n: (streamed['lines'] as { different: bigint }[])[0]?.different }]);
    expect(await loadAsOneBatch(live)).toEqual(streamed);
  });
});
