import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningCloud, until } from '../support/running-cloud.ts';
import { correctedSessions, correctedSummary, sessionsQuery, summaryQuery } from '../support/set-1.ts';

let cloud: RunningCloud;

beforeAll(async () => {
  cloud = await RunningCloud.start({ options: ['--sweep', '*/3 * * * * *'] });
}, 240_000);

afterAll(() => cloud.discard());

const gold = () =>
  cloud.with(async (ask) => {
    const tables = ['workout_bpm_summary', 'gym_sessions', 'gym_summary'];
    const rows = [];
    for (const table of tables) rows.push((await ask(`SELECT * FROM gold.${table} ORDER BY ALL`)).rows);
    return rows;
  });

const numbers = (values: Record<string, unknown>[]) =>
  values.map((row) => Object.values(row).map((value) => String(value)));

describe('set 1', () => {
  it('is published in one run, every file with its lines accounted for', async () => {
    const { landDemo } = await import('../../local/cli/landing.ts');
    const { set1 } = await import('../../local/demo/set1.ts');
    const { root } = await import('../support/running-cloud.ts');
    await landDemo(cloud.home, cloud.addresses, set1(root));
    const status = await cloud.quiet(180);

    expect(status).toMatchObject({ lastRun: { outcome: 'published' }, files: { published: 6 }, unregistered: 0 });
    const files = await cloud.files();
    for (const { accepted, lines, quarantined } of files) expect(lines).toBe((accepted ?? 0) + (quarantined ?? 0));
    expect(files.find(({ path }) => path.endsWith('3-bpm_1.json'))).toMatchObject({ lines: 253_801, quarantined: 0 });
  });

  it('gives the one workout of the summary, with its 3,900 recordings', async () => {
    const { rows } = await cloud.query(summaryQuery);
    expect(rows).toMatchObject([correctedSummary]);
    expect(Number(rows[0]?.['num_recordings'])).toBe(3900);
    expect(rows[0]?.['avg_bpm']).toBeCloseTo(64.64236486026896, 12);
  });

  it('gives the corrected sessions to the cent', async () => {
    expect(numbers((await cloud.query(sessionsQuery)).rows)).toEqual(correctedSessions());
  });

  it('gives a row per gym, device and day, which counts each visit once', async () => {
    const { rows } = await cloud.query(`SELECT s.date, s.gym, s.mac_address FROM gold.gym_summary s
      WHERE s.minutes_in_gym <> (SELECT sum(minutes) FROM (SELECT DISTINCT login, minutes_in_gym AS minutes FROM gold.gym_sessions g
        WHERE g.date = s.date AND g.gym = s.gym AND g.mac_address = s.mac_address))`);
    expect(rows).toEqual([]);
    const doubled = await cloud.query(
      'SELECT date, gym, mac_address FROM gold.gym_summary GROUP BY ALL HAVING count(*) > 1',
    );
    expect(doubled.rows).toEqual([]);
  });

  it('knows the newest name of a user whose profile changed within two minutes', async () => {
    const { rows } = await cloud.query("SELECT last_name FROM silver.user_profiles WHERE user_id = '12140'");
    expect(rows).toEqual([{ last_name: 'Castillo' }]);
  });

  it('is not touched by a second event for the same content', async () => {
    const runs = await cloud.runs();
    const { path } = await cloud.file('gym_logins/5-gym_logins_1.csv');
    const { blobsKey, event } = await secondEvent(path);
    const hook = `${cloud.addresses.app}/runtime/webhooks/blobs?functionName=Host.Functions.blobLanded&code=${blobsKey}`;
    const headers = { 'content-type': 'application/json', 'aeg-event-type': 'Notification' };
    expect((await fetch(hook, { method: 'POST', headers, body: JSON.stringify([event]) })).status).toBe(202);

    await cloud.quiet();
    expect(await cloud.runs()).toEqual(runs);
  });

  it('stays the same when the same content is uploaded again, which is a new version', async () => {
    const before = await gold();
    const first = await cloud.file('gym_logins/5-gym_logins_1.csv');
    await cloud.land(first.path, (await cloud.zone().getFileClient(first.path).readToBuffer()) as Buffer);
    await until('second version', async () => (await cloud.file(first.path)).file !== first.file);
    await cloud.quiet();

    expect(await cloud.file(first.path)).toMatchObject({ fate: 'published', replaces: first.file });
    expect(await gold()).toEqual(before);
  });

  it('replaces what came from the old content when other content lands under the same name', async () => {
    const { path } = await cloud.file('gym_logins/5-gym_logins_1.csv');
    const original = (await cloud.zone().getFileClient(path).readToBuffer()) as Buffer;
    await cloud.land(path, `${original.toString().split('\n').slice(0, 2).join('\n')}\n`);
    await until('registered version', async () => (await cloud.file(path)).length < original.length);
    await cloud.quiet();
    expect((await cloud.query('SELECT count(*) AS n FROM silver.gym_visits')).rows).toMatchObject([{ n: 1n }]);

    await cloud.land(path, original);
    await until('registered original', async () => (await cloud.file(path)).length === original.length);
    await cloud.quiet();
    expect(numbers((await cloud.query(sessionsQuery)).rows)).toEqual(correctedSessions());
  });
});

/** What Event Grid would tell once more. */
async function secondEvent(path: string) {
  const { readFileSync } = await import('node:fs');
  const blobsKey = readFileSync(`${cloud.home}/blobs.key`, 'utf8');
  const properties = await cloud.zone().getFileClient(path).getProperties();
  const event = {
    id: crypto.randomUUID(),
    topic: '/subscriptions/local',
    subject: `/blobServices/default/containers/landing/blobs/${path}`,
    eventType: 'Microsoft.Storage.BlobCreated',
    eventTime: new Date().toISOString(),
    dataVersion: '',
    metadataVersion: '1',
    data: {
      api: 'FlushWithClose',
      url: `${cloud.addresses.lake}/landing/${path}`,
      eTag: properties.etag,
      contentLength: properties.contentLength,
      blobType: 'BlockBlob',
    },
  };
  return { blobsKey, event };
}
