import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import { waitUntil } from '../../bench/harness/target.ts';
import { parseHostLog } from '../support/logged-events.ts';
import { readInLoop } from '../support/reader.ts';
import { commandsIn } from '../support/readme.ts';
import { correctedSessions, correctedSummary, sessionsQuery, summaryQuery, valuesOf } from '../support/set-1.ts';
import { shell } from '../support/shell.ts';
import { accessCases } from './cases/access.ts';
import { catalogCases } from './cases/catalog.ts';
import { releaseCases } from './cases/releases.ts';
import { rulesCases } from './cases/rules.ts';

let cloud: RunningStack;
const home = mkdtempSync(path.join(tmpdir(), 'medallion-'));

/** What the README tells to type, in a home and on a port of this test's own. */
const [firstCommand = '', testCommand = '', ...furtherCommands] = commandsIn('README.md');

afterAll(() => cloud.dismiss());

describe('the first command of the README', () => {
  it('sets up, lands set 1, shows the gold tables, and ends well', async () => {
    expect(firstCommand).toBe('npm start -- --once');
    const { code, stderr, stdout } = await shell(`${firstCommand} --home ${home} --port 0`);

    expect(code, stderr).toBe(0);
    expect(stdout).toContain('landed 6 sample files');
    expect(stdout).toMatch(/12474 .* 75-85 .* San Fernando .* 3900/);
    expect(stdout).toMatch(/published as release 'r-/);
  });

  it('can be given again: everything is where it was', async () => {
    expect(testCommand).toBe('npm test');
    cloud = await RunningStack.start({ home, options: ['--sweep', '*/3 * * * * *'] });
    await cloud.waitUntilQuiet();
    expect((await cloud.listRuns()).map(({ outcome }) => outcome)).toEqual(['published']);
  });
});

const gold = () =>
  cloud.useWarehouse(async (ask) => {
    const tables = ['workout_bpm_summary', 'gym_sessions', 'gym_summary'];
    const rows = [];
    for (const table of tables) rows.push((await ask(`SELECT * FROM gold.${table} ORDER BY ALL`)).rows);
    return rows;
  });

describe('set 1', () => {
  it('is published, every file with its lines accounted for', async () => {
    const status = await cloud.waitUntilQuiet();

    expect(status).toMatchObject({ lastRun: { outcome: 'published' }, files: { published: 6 }, unregistered: 0 });
    const files = await cloud.listFiles();
    for (const { accepted, lines, quarantinedLines } of files)
      expect(lines).toBe((accepted ?? 0) + (quarantinedLines ?? 0));
    expect(files.find(({ path }) => path.endsWith('3-bpm_1.json'))).toMatchObject({
      lines: 253_801,
      quarantinedLines: 0,
    });
  });

  it('gives the one workout of the summary, with its 3,900 recordings', async () => {
    const { rows } = await cloud.query(summaryQuery);
    expect(rows).toMatchObject([correctedSummary]);
    expect(Number(rows[0]?.['num_recordings'])).toBe(3900);
    expect(rows[0]?.['avg_bpm']).toBeCloseTo(64.64236486026896, 12);
  });

  it('gives the corrected sessions to the cent', async () => {
    expect(valuesOf((await cloud.query(sessionsQuery)).rows)).toEqual(correctedSessions());
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
    const runs = await cloud.listRuns();
    const { path } = await cloud.getFile('gym_logins/5-gym_logins_1.csv');
    const { blobsKey, event } = await secondEvent(path);
    const hook = `${cloud.addresses.app}/runtime/webhooks/blobs?functionName=Host.Functions.blobLanded&code=${blobsKey}`;
    const headers = { 'content-type': 'application/json', 'aeg-event-type': 'Notification' };
    expect((await fetch(hook, { method: 'POST', headers, body: JSON.stringify([event]) })).status).toBe(202);

    await cloud.waitUntilQuiet();
    expect(await cloud.listRuns()).toEqual(runs);
  });

  it('stays the same when the same content is uploaded again, which is a new version', async () => {
    const before = await gold();
    const first = await cloud.getFile('gym_logins/5-gym_logins_1.csv');
    await cloud.land(first.path, (await cloud.getLandingZone().getFileClient(first.path).readToBuffer()) as Buffer);
    await waitUntil('second version', async () => (await cloud.getFile(first.path)).file !== first.file);
    await cloud.waitUntilQuiet();

    expect(await cloud.getFile(first.path)).toMatchObject({ status: 'published', replaces: first.file });
    expect(await gold()).toEqual(before);
  });

  it('replaces what came from the old content when other content lands under the same name; readers see one or the other', async () => {
    const { path: visits } = await cloud.getFile('gym_logins/5-gym_logins_1.csv');
    const original = (await cloud.getLandingZone().getFileClient(visits).readToBuffer()) as Buffer;
    const sessionsNow = async () => JSON.stringify(valuesOf((await cloud.query(sessionsQuery)).rows));
    const before = await sessionsNow();
    const reader = readInLoop(sessionsNow);

    await cloud.land(visits, `${original.toString().split('\n').slice(0, 2).join('\n')}\n`);
    await waitUntil('registered version', async () => (await cloud.getFile(visits)).length < original.length);
    await cloud.waitUntilQuiet();
    const seen = await reader.stop();
    const after = await sessionsNow();
    expect((await cloud.query('SELECT count(*) AS n FROM silver.gym_visits')).rows).toMatchObject([{ n: 1n }]);
    expect(after).not.toBe(before);
    expect([...seen].filter((each) => each !== before && each !== after)).toEqual([]);

    await cloud.land(visits, original);
    await waitUntil('registered original', async () => (await cloud.getFile(visits)).length === original.length);
    await cloud.waitUntilQuiet();
    expect(valuesOf((await cloud.query(sessionsQuery)).rows)).toEqual(correctedSessions());
  });
});

accessCases(() => cloud);
rulesCases(() => cloud);
catalogCases(() => cloud);

describe('each further command of the README', () => {
  it.for(furtherCommands)('%s', async (command) => {
    const { code, stderr, stdout } = await shell(`${command} --home ${home}`);
    expect(code, `${stdout}${stderr}`).toBe(0);
  });

  it('has left its file where gold shows it', async () => {
    const { code, stdout } = await shell(`npm run status -- --wait --json --home ${home}`);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ready: true, pendingFiles: 0, lastRun: { outcome: 'published' } });
    const csv = await shell(
      `npm run sql -- --home ${home} --format csv "SELECT count(*) AS visits FROM silver.gym_visits"`,
    );
    expect(csv.stdout).toBe('visits\n10\n');
  });
});

describe('a command that cannot be done', () => {
  it.for([
    { command: 'npm run sql -- "SELECT * FROM gold.nothing"', code: 1, said: 'gold' },
    { command: 'npm run sql --', code: 2, said: 'One statement is needed' },
    { command: 'npm run land -- --dataset gym_logins nowhere.csv', code: 2, said: "There is no file 'nowhere.csv'" },
    {
      command: 'npm run land -- --dataset gym_logins examples/gym_logins.csv',
      code: 2,
      said: "'gym_logins/gym_logins.csv' is there already",
    },
    {
      command: 'npm run land -- --dataset gym_logins examples/gym_logins.csv ./examples/gym_logins.csv',
      code: 2,
      said: "would both land as 'gym_logins/gym_logins.csv'",
    },
    { command: 'npm run status -- --loudly', code: 2, said: 'Usage: npm run status' },
  ])('says why: $command', async ({ code, command, said }) => {
    const ended = await shell(`${command} --home ${home}`);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(said);
  });
});

describe('a query', () => {
  const columns = [
    "TIMESTAMP'2026-03-11 00:00:00' AS a, TIMESTAMP'2026-03-11 08:00:00.123456' AS b, DATE'2026-03-11' AS c",
    "9007199254740993L AS n, named_struct('k', 9007199254740993L) AS s, collect_list(id) AS l",
  ];
  const statement = `SELECT ${columns.join(', ')} FROM range(2)`;
  const times = ['2026-03-11T00:00:00Z', '2026-03-11T08:00:00.123456Z', '2026-03-11'];
  const [a, b, c] = times;

  it.for([
    {
      format: 'json',
      printed: `[{"a":"${a}","b":"${b}","c":"${c}","n":"9007199254740993","s":{"k":9007199254740993},"l":[0,1]}]`,
    },
    { format: 'csv', printed: `a,b,c,n,s,l\n${times.join(',')},9007199254740993,"{""k"":9007199254740993}","[0,1]"` },
    { format: 'table', printed: `${times.join('  ')}  9007199254740993  {"k":9007199254740993}  [0,1]` },
  ])('shows each time and each number with all its digits as $format', async ({ format, printed }) => {
    const { code, stdout } = await shell(`npm run sql -- --home ${home} --format ${format} "${statement}"`);
    expect(code).toBe(0);
    expect(stdout.replaceAll(/ {3,}/g, '  ')).toContain(printed);
  });
});

releaseCases(() => cloud, [1]);

describe('the log of the operator', () => {
  it('has each step of a file, and each line of it is as the catalogue of events says', () => {
    const logged = parseHostLog(readFileSync(path.join(home, 'logs/functions-host.log'), 'utf8'));
    const names = new Set(logged.map(({ event }) => event));
    for (const name of [
      'file.registered',
      'batch.formed',
      'job.submitted',
      'job.ended',
      'layer.judged',
      'run.ended',
      'sweep.finished',
      'operator.status',
      'dataset.status',
      'table.status',
    ] as const)
      expect(names).toContain(name);
    const status = logged.findLast(({ event }) => event === 'table.status');
    expect(status?.fields).toMatchObject({ promiseSeconds: 900, releaseAgeSeconds: expect.any(Number) });
  });
});

/** What Event Grid would tell once more. */
async function secondEvent(path: string) {
  const blobsKey = readFileSync(`${cloud.home}/blobs.key`, 'utf8');
  const properties = await cloud.getLandingZone().getFileClient(path).getProperties();
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
