import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import { waitUntil } from '../../bench/harness/target.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { executed, send } from '../support/api.ts';
import { startEdited } from '../support/edited-app.ts';

let cloud: RunningStack;
const header = 'mac_address,gym,login,logout';
const visit = (gym: number, login: number) => `4c:c5:9f:cb:13:bd,${gym},${login},${login + 3600}`;
const reason = 'To see what happens.';
const post = (path: string, body: object) => send(cloud.addresses.app, path, { reason, ...body });
const plan = (selection: object) => post('reprocess', { selection });

async function land(path: string, ...lines: string[]) {
  await cloud.land(path, [header, ...lines, ''].join('\n'));
  await waitUntil(
    `registered '${path}'`,
    async () => (await cloud.listFiles(`path=${encodeURIComponent(path)}`)).length > 0,
  );
  return cloud.waitUntilQuiet();
}

/** Everything that was computed, without the name of the batch that did it. */
async function everything() {
  const visits = await cloud.query('SELECT * FROM silver.gym_visits ORDER BY ALL');
  const lines = await cloud.query(
    'SELECT _path, _line_number, _line, to_json(_violations) AS violations FROM bronze.gym_logins ORDER BY _path, _line_number',
  );
  return JSON.stringify([visits.rows, lines.rows], (_, value) => (typeof value === 'bigint' ? String(value) : value));
}

beforeAll(async () => {
  cloud = await RunningStack.start({ options: ['--empty', '--sweep', '*/3 * * * * *'] });
  await land('gym_logins/a.csv', visit(1, 1_700_000_000), 'nonsense', visit(2, 1_700_100_000));
  await land('gym_logins/b.csv', visit(3, 1_700_200_000));
});

afterAll(() => cloud.dismiss());

describe('a plan for files', () => {
  it('is refused when its ground has moved, and says what moved', async () => {
    const made = await plan({ files: { path: 'gym_logins/b*' } });
    expect(made).toMatchObject({ status: 201, body: { files: { count: 1 }, estimate: { rows: 1 } } });
    await cloud.land('gym_logins/b.csv', [header, visit(3, 1_700_200_000), visit(4, 1_700_300_000), ''].join('\n'));

    expect(await post(`reprocess/${made.body.plan}/execute`, {})).toMatchObject({
      status: 409,
      body: {
        code: 'plan_outdated',
        changedInputs: [expect.stringContaining("'gym_logins/b.csv' has another content")],
      },
    });
    await waitUntil('the new content', async () => (await cloud.listFiles('path=gym_logins/b.csv')).length === 2);
    await cloud.waitUntilQuiet();
  });

  it('runs once, however often it is executed, and the result is the same', async () => {
    const before = await everything();
    const { body } = await plan({ files: { dataset: 'gym_logins' } });
    expect(body.files.count).toBe(2);
    const said = await Promise.all([1, 2, 3].map(() => post(`reprocess/${body.plan}/execute`, {})));
    expect(said.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(await executed(cloud, body.plan)).toMatchObject({ state: 'completed', outcome: 'published' });
    expect(await post(`reprocess/${body.plan}/execute`, {})).toMatchObject({
      status: 202,
      body: { state: 'completed' },
    });

    expect((await cloud.listRuns()).filter((run) => run.plan === body.plan)).toHaveLength(1);
    expect(await everything()).toBe(before);
  });

  it('finds files by the times of events in them', async () => {
    const within = (from: number, to: number) => ({
      files: { eventTime: { from: new Date(from * 1000).toISOString(), to: new Date(to * 1000).toISOString() } },
    });
    expect((await plan(within(1_700_199_000, 1_700_201_000))).body.files.first).toMatchObject([
      { path: 'gym_logins/b.csv' },
    ]);
    expect((await plan(within(1, 2))).status).toBe(422);
  });
});

describe('the quarantine', () => {
  it('is replayed twice, and nothing changes', async () => {
    const before = await everything();
    const { file } = await cloud.getFile('gym_logins/a.csv');
    for (const _ of [1, 2]) {
      const { body, status } = await post('quarantine/replay', { files: [file] });
      expect(status).toBe(202);
      expect(await executed(cloud, body.plan)).toMatchObject({ outcome: 'published' });
      expect(await everything()).toBe(before);
    }
    expect(await cloud.getFile('gym_logins/a.csv')).toMatchObject({
      status: 'published',
      quarantinedLines: 1,
      accepted: 2,
    });
  });
});

describe('a layer alone', () => {
  it.for([
    { layer: 'silver', layers: ['silver', 'gold'] },
    { layer: 'gold', layers: ['gold'] },
  ])('is rebuilt: $layer', async ({ layer, layers }) => {
    const before = await everything();
    const { body } = await plan({ layer });
    expect(body.files.count).toBe(0);
    await post(`reprocess/${body.plan}/execute`, {});
    const { batch } = await executed(cloud, body.plan);
    expect(await cloud.get<RunRecord>(`runs/${batch}`)).toMatchObject({
      outcome: 'published',
      layers: layers.map((each) => ({ layer: each, outcome: 'passed' })),
    });
    expect(await everything()).toBe(before);
  });

  it('follows new files afterwards as before', async () => {
    await land('gym_logins/c.csv', visit(5, 1_700_400_000));
    expect(await cloud.getFile('gym_logins/c.csv')).toMatchObject({ status: 'published', accepted: 1 });
    const { rows } = await cloud.query("SELECT count(*) AS n FROM silver.gym_visits WHERE gym = '5'");
    expect(Number(rows[0]?.['n'])).toBe(1);
  });
});

describe('a definition', () => {
  it('that was edited in one rule of gold names exactly the table it makes stale', async () => {
    expect(await plan({ definitionChanged: true })).toMatchObject({ status: 422 });
    const edited = await startEdited(cloud, 'projects/fitness/gold/gym_summary.yaml', (text) =>
      text.replace(/(name: minutes_are_negative[\s\S]*?tolerates: )\S+/, (_, before: string) => `${before}5`),
    );
    try {
      const body = { selection: { definitionChanged: true }, reason };
      const said = await send(edited.address, 'reprocess', body);
      expect(said).toMatchObject({ status: 201, body: { steps: [{ layer: 'gold', kind: 'follow' }] } });
      expect(said.body.tables.stale).toEqual(['gold.gym_summary']);
    } finally {
      await edited.end();
    }
  });
});
