import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Target, waitUntil } from '../../bench/harness/target.ts';
import type { QuarantinedLine } from '../../operations/quarantine/read-lines.ts';
import { aTarget } from '../support/a-target.ts';
import { root } from '../support/root.ts';

let cloud: Target;
const header = 'mac_address,gym,login,logout';
const visit = (gym: number, login: number) => `4c:c5:9f:cb:13:bd,${gym},${login},${login + 3600}`;
const shifted = `extra,${visit(3, 1_700_200_000)}`;
const visits = async () => Number((await cloud.query('SELECT count(*) AS n FROM silver.gym_visits')).rows[0]?.['n']);

beforeAll(async () => {
  // All that follows has to come out the same although calls and events go wrong on the way.
  const faults = path.join(root, 'examples/faults.json');
  cloud = await aTarget(['--empty', '--sweep', '*/3 * * * * *', '--faults', faults]);
});

afterAll(() => cloud.dismiss());

async function landed(path: string, content: string) {
  await cloud.land(path, content);
  await waitUntil(
    `registered '${path}'`,
    async () => (await cloud.listFiles(`path=${encodeURIComponent(path)}`)).length > 0,
  );
  return cloud.waitUntilQuiet();
}

describe('before anything has landed', () => {
  it('readers find empty tables', async () => {
    expect((await cloud.query('SELECT * FROM gold.workout_bpm_summary')).rows).toEqual([]);
  });
});

describe('a file with broken lines', () => {
  it('arrives with its good lines; the bad ones are kept with their reasons', async () => {
    const status = await landed(
      'gym_logins/some-broken.csv',
      [header, visit(1, 1_700_000_000), 'nonsense', visit(2, 1_700_100_000), 'x,3,soon,later', shifted, ''].join('\n'),
    );

    expect(status).toMatchObject({ lastRun: { outcome: 'published' } });
    expect(await cloud.getFile('gym_logins/some-broken.csv')).toMatchObject({
      status: 'published',
      lines: 5,
      accepted: 2,
      quarantinedLines: 3,
    });
    expect(await visits()).toBe(2);
    const { rows } = await cloud.query(
      'SELECT _line, _line_number, _violations FROM quarantine.gym_logins ORDER BY _line_number',
    );
    expect(rows.map((row) => [row['_line'], Number(row['_line_number'])])).toEqual([
      ['nonsense', 3],
      ['x,3,soon,later', 5],
      [shifted, 6],
    ]);
    for (const row of rows) expect((row['_violations'] as string[]).length).toBeGreaterThan(0);
  });

  it('shows a reader no address that stands in the wrong column of a broken line', async () => {
    const { file } = await cloud.getFile('gym_logins/some-broken.csv');
    const { lines } = await cloud.get<{ lines: QuarantinedLine[] }>(`quarantine/${file}/lines`);
    expect(JSON.stringify(lines)).not.toContain('4c:c5:9f');
    expect(lines.find(({ line }) => line === 6)).toMatchObject({
      columns: { mac_address: '***', gym: '9a:a9:9a:aa:99:aa' },
      length: shifted.length,
    });
  });
});

describe('what is no file of a dataset', () => {
  it.for([
    {
      title: 'a file of an unknown dataset',
      path: 'gym_login/a.csv',
      content: 'x\n',
      reason: "'gym_login' is not a known dataset",
    },
    { title: 'an empty file', path: 'gym_logins/empty.csv', content: '', reason: 'It is empty.' },
    {
      title: 'a file outside every folder',
      path: 'stray.csv',
      content: 'x\n',
      reason: 'It lies outside every dataset folder.',
    },
  ])('is ignored with a reason: $title', async ({ reason, content, path }) => {
    await landed(path, content);
    expect(await cloud.getFile(path)).toMatchObject({ status: 'ignored', reason: expect.stringContaining(reason) });
  });

  it('includes directories, which never become files', async () => {
    await cloud.getLandingZone().getDirectoryClient('gym_logins/2026').create();
    await cloud.waitUntilQuiet();
    expect(await cloud.listFiles('path=gym_logins/2026')).toEqual([]);
  });
});

describe('a file that is mostly broken', () => {
  const path = 'gym_logins/mostly-broken.csv';

  it('is set aside with the reason, and holds nobody', async () => {
    const beside = 'gym_logins/beside-broken.csv';
    const broken = Array.from({ length: 20 }, (_, at) => `broken line ${at}`);
    await cloud.land(beside, [header, visit(8, 1_700_300_000), ''].join('\n'));
    const status = await landed(path, [header, visit(7, 1_700_200_000), ...broken, ''].join('\n'));

    expect(status).toMatchObject({ lastRun: { outcome: 'published' } });
    expect(await cloud.getFile(path)).toMatchObject({
      status: 'quarantined',
      reason: expect.stringContaining('20 of its 21 lines are broken'),
      accepted: 0,
    });
    expect(await cloud.getFile(beside)).toMatchObject({ status: 'published' });
    expect(await visits()).toBe(3);
  });

  it('counts when it is mended', async () => {
    const broken = await cloud.getFile(path);
    await cloud.land(path, [header, visit(7, 1_700_200_000), ''].join('\n'));
    await waitUntil('the repair', async () => (await cloud.getFile(path)).file !== broken.file);
    const status = await cloud.waitUntilQuiet();

    expect(status).toMatchObject({ lastRun: { outcome: 'published' } });
    expect(await cloud.getFile(path)).toMatchObject({ status: 'published', replaces: broken.file });
    expect(await visits()).toBe(4);
  });
});

describe('a file that no event tells of', () => {
  it('is found by the sweep', async () => {
    const file = cloud.getLandingZone().getFileClient('gym_logins/silent.csv');
    // Without closing the file at the end, storage has nothing to tell.
    await file.upload(Buffer.from(`${header}\n${visit(9, 1_700_300_000)}\n`));
    await waitUntil('the file', async () => (await cloud.listFiles('path=gym_logins/silent.csv')).length > 0, 20);

    await cloud.waitUntilQuiet();
    expect(await cloud.getFile('gym_logins/silent.csv')).toMatchObject({ status: 'published', accepted: 1 });
  });
});

describe('the API', () => {
  it('answers what it does not understand with what is wrong', async () => {
    const response = await fetch(`${cloud.operator.app}/api/files?status=lost&colour=red`);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({
      status: 400,
      title: 'Invalid request',
      detail: expect.stringContaining('colour'),
    });
  });

  it('does not know what is not there', async () => {
    for (const place of ['files/0123456789abcdef0123456789abcdef', 'files/..', 'runs/nothing']) {
      expect((await fetch(`${cloud.operator.app}/api/${place}`)).status).toBe(404);
    }
  });
});
