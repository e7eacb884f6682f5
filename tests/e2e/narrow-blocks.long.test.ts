import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runJob } from '../../bench/harness/jobs.ts';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import { waitUntil } from '../../bench/harness/target.ts';
import { executed, send } from '../support/api.ts';
import { device, landBase, logins, profile, registration, visit, workout } from '../support/case-files.ts';

let cloud: RunningStack;
beforeAll(async () => {
  cloud = await RunningStack.start({ options: ['--empty', '--sweep', '*/3 * * * * *'] });
  await landBase(cloud);
});
afterAll(() => cloud.dismiss());

const post = (path: string, reason: string) => send(cloud.addresses.app, path, { reason });
const statusOf = async (path: string) => (await cloud.getFile(path)).status;
const readGyms = async (...gyms: string[]) => {
  const names = gyms.map((gym) => `'${gym}'`).join(', ');
  const { rows } = await cloud.query(`SELECT gym FROM silver.gym_visits WHERE gym IN (${names}) ORDER BY gym`);
  return rows.map(({ gym }) => gym);
};
const nonsense = logins(...Array.from({ length: 20 }, (_, n) => `nonsense ${n}`));

describe('a file that is broken', () => {
  it('waits alone: what lands beside it is published, in the same run', async () => {
    await cloud.land('registered_users/people.csv', registration('u907', '02:00:5e:00:09:07'));
    await cloud.land('kafka_multiplex/people.json', profile('u907', 'new', 1_700_000_000));
    await cloud.waitUntilQuiet();
    const broken = logins(...Array.from({ length: 10 }, (_, n) => `${device},7,yesterday ${n},`));
    await post('pipeline/pause', 'To make one batch of four files.');
    await cloud.land('gym_logins/bad.csv', broken);
    await cloud.land('gym_logins/good.csv', visit('good gym', 1_700_013_000));
    await cloud.land('kafka_multiplex/workout.json', workout('2', 1_700_103_600, 74));
    await cloud.land('kafka_multiplex/delete.json', profile('u907', 'delete', 1_700_000_200));
    await waitUntil('four pending files', async () => (await cloud.getHealth()).pendingFiles === 4);
    await post('pipeline/resume', 'All are there.');
    await cloud.waitUntilQuiet();

    const bad = await cloud.getFile('gym_logins/bad.csv');
    expect(bad.status).toBe('quarantined');
    expect(bad.reason).toContain('10 of its 10 lines');
    for (const path of ['gym_logins/good.csv', 'kafka_multiplex/workout.json', 'kafka_multiplex/delete.json'])
      expect(await cloud.getFile(path)).toMatchObject({ status: 'published', batch: bad.batch });
    const good = await cloud.getFile('gym_logins/good.csv');
    expect(good.reason ?? '').not.toContain('broken');
    const summaries = "SELECT workout_id FROM gold.workout_bpm_summary WHERE user_id = 'u900' ORDER BY 1";
    expect((await cloud.query(summaries)).rows).toEqual([{ workout_id: '1' }, { workout_id: '2' }]);
    const people = "SELECT count(*) AS n FROM silver.user_profiles WHERE user_id = 'u907'";
    expect(Number((await cloud.query(people)).rows[0]?.['n'])).toBe(0);
  });

  it('that is deleted, emptied or replaced holds nothing up, and its content is over', async () => {
    await cloud.land('gym_logins/bad-1.csv', nonsense);
    await cloud.land('gym_logins/emptied.csv', visit('emptied', 1_700_213_000));
    await cloud.waitUntilQuiet();
    expect(await statusOf('gym_logins/bad-1.csv')).toBe('quarantined');
    await cloud.getLandingZone().getFileClient('gym_logins/bad-1.csv').delete();
    await cloud.land('gym_logins/after-1.csv', visit('after 1', 1_700_223_000));
    await cloud.waitUntilQuiet();
    expect(await statusOf('gym_logins/after-1.csv')).toBe('published');

    await cloud.land('gym_logins/bad-2.csv', nonsense);
    await cloud.waitUntilQuiet();
    await cloud.land('gym_logins/bad-2.csv', '');
    await cloud.land('gym_logins/emptied.csv', '');
    await cloud.land('gym_logins/after-2.csv', visit('after 2', 1_700_233_000));
    await waitUntil('emptied file', async () => (await cloud.getFile('gym_logins/emptied.csv')).length === 0);
    await cloud.waitUntilQuiet();
    expect(await statusOf('gym_logins/after-2.csv')).toBe('published');
    expect(await cloud.getFile('gym_logins/emptied.csv')).toMatchObject({ status: 'published', lines: 0 });
    expect(['published', 'ignored']).toContain(await statusOf('gym_logins/bad-2.csv'));
    expect(await readGyms('emptied', 'after 1', 'after 2')).toEqual(['after 1', 'after 2']);

    const { file } = await cloud.getFile('gym_logins/after-1.csv');
    expect((await post(`files/${file}/exclude`, 'It was a rehearsal.')).status).toBeLessThan(300);
    await waitUntil('release without it', async () => (await readGyms('after 1')).length === 0);
    await cloud.waitUntilQuiet();
    expect(await statusOf('gym_logins/after-1.csv')).toBe('excluded');
    expect(await readGyms('emptied', 'after 1', 'after 2')).toEqual(['after 2']);
  });
});

describe('ids that are used again', () => {
  it('make one session, and a rule says which events no session took in', async () => {
    await cloud.land('kafka_multiplex/again.json', workout('1', 1_700_090_000, 99));
    await cloud.waitUntilQuiet();
    expect(await statusOf('kafka_multiplex/again.json')).toBe('published');
    const summary =
      "SELECT num_recordings, max_bpm FROM gold.workout_bpm_summary WHERE user_id = 'u900' AND workout_id = '1'";
    expect((await cloud.query(summary)).rows).toMatchObject([{ max_bpm: 72 }]);
    const [run] = await cloud.listRuns();
    const silver = run?.layers.find(({ layer }) => layer === 'silver')?.verdict;
    expect(JSON.stringify(silver)).toContain('start_is_left_out');
  });
});

describe('rules that nobody can evaluate', () => {
  const operators = '`medallion-local-operators`';

  it('block the run with short reasons, and a retry publishes it once they can be', async () => {
    await cloud.query(`REVOKE SELECT ON SCHEMA landed FROM ${operators}`);
    await cloud.land('gym_logins/healthy.csv', visit('record', 1_700_423_000));
    await waitUntil('blocked file', async () => (await statusOf('gym_logins/healthy.csv')) === 'blocked');
    await cloud.waitUntilQuiet();
    const runs = await cloud.listRuns();
    const [run] = runs;
    expect(run?.outcome).toBe('blocked');
    expect(JSON.stringify(run).length).toBeLessThan(30_000);
    const verdict = run?.layers.find(({ layer }) => layer === 'bronze')?.verdict;
    // The rules hold single tables back. Of no other one would readers see other rows, so the run is blocked.
    if (verdict?.outcome !== 'warned') throw new Error(`The verdict is ${JSON.stringify(verdict)}.`);
    expect(verdict.violations.length).toBeGreaterThan(1);
    for (const { reason } of verdict.violations) expect(reason.length).toBeLessThanOrEqual(300);
    expect((await cloud.listRuns()).map(({ batch }) => batch)).toEqual(runs.map(({ batch }) => batch));

    await cloud.query(`GRANT SELECT ON SCHEMA landed TO ${operators}`);
    const retried = await post(`runs/${run?.batch}/retry`, 'The rights are back.');
    expect(await executed(cloud, retried.body.plan)).toMatchObject({ outcome: 'published' });
    expect(await statusOf('gym_logins/healthy.csv')).toBe('published');
  });
});

describe('maintenance', () => {
  it('meets forty files that land meanwhile, and neither loses anything', async () => {
    const records = `${cloud.home}/adls/records`;
    const maintained = [runJob(cloud, 'medallion-maintenance', { records })];
    for (let n = 0; n < 40; n++) {
      await cloud.land(`gym_logins/many-${n}.csv`, visit(`many ${n}`, 1_710_000_000 + n * 10_000));
      if (n === 20) maintained.push(runJob(cloud, 'medallion-maintenance', { records }));
    }
    const ended = await Promise.all(maintained);
    await cloud.waitUntilQuiet();

    expect(ended.filter(({ error }) => error !== '' && !/DELTA_CONCURRENT/.test(error))).toEqual([]);
    const files = (await cloud.listFiles()).filter(({ path }) => path.startsWith('gym_logins/many-'));
    expect(files.map(({ lines, status }) => `${status} ${lines}`)).toEqual(
      Array.from({ length: 40 }, () => 'published 1'),
    );
    const counts = "SELECT count(*) AS n, count(DISTINCT gym) AS gyms FROM silver.gym_visits WHERE gym LIKE 'many %'";
    expect((await cloud.query(counts)).rows.map(({ gyms, n }) => [Number(n), Number(gyms)])).toEqual([[40, 40]]);
    const runs = await cloud.listRuns();
    expect(runs.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  });
});
