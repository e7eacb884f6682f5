import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runJob } from '../../bench/harness/jobs.ts';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import { waitUntil } from '../../bench/harness/target.ts';
import type { Plan } from '../../medallion/reprocessing/plan.ts';
import { executed, send } from '../support/api.ts';

const person = { user: 'u900', device: 'd900', mac: '02:00:5e:00:09:00', name: 'Muster' };
const other = { user: 'u901', device: 'd901', mac: '02:00:5e:00:09:01', name: 'Keeper' };
type Person = typeof person;

const toMessage = (topic: string, value: object) => JSON.stringify({ topic, value });
const toLines = ({ device, name, user }: Person) => [
  toMessage('user_info', {
    user_id: user,
    update_type: 'new',
    timestamp: 1_700_000_000,
    dob: '02/03/1990',
    sex: 'F',
    gender: 'F',
    first_name: 'Ada',
    last_name: name,
    address: { street_address: `1 ${name} Road`, city: 'Fresno', state: 'CA', zip: '93701' },
  }),
  ...['start', 'stop'].map((action, at) =>
    toMessage('workout', {
      user_id: user,
      workout_id: '1',
      session_id: '1',
      timestamp: 1_700_003_600 + at * 3600,
      action,
    }),
  ),
  toMessage('bpm', { device_id: device, time: 1_700_003_700, heartrate: 72 }),
];
const toRegistration = ({ device, mac, user }: Person) => `${user},${device},${mac},1700000000`;
const toVisit = ({ mac }: Person, gym: number) => `${mac},${gym},1700003000,1700008000`;
const registrationHeader = 'user_id,device_id,mac_address,registration_timestamp';
const visitHeader = 'mac_address,gym,login,logout';

let cloud: RunningStack;

async function land(files: Record<string, readonly string[]>): Promise<void> {
  for (const [file, lines] of Object.entries(files)) await cloud.land(file, [...lines, ''].join('\n'));
  for (const file of Object.keys(files))
    await waitUntil(`end of '${file}'`, async () => (await cloud.getFile(file)).status === 'published');
  await cloud.waitUntilQuiet();
}

const readSigns = (text: string) => Object.values(person).filter((sign) => text.includes(sign));

/** By table, what in its rows tells of the person. */
const findInTables = (): Promise<Record<string, string[]>> =>
  cloud.useWarehouse(async (query) => {
    const { rows: tables } = await query(
      "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'MANAGED'",
    );
    const signsByTable: Record<string, string[]> = {};
    for (const { table_name: table, table_schema: schema } of tables) {
      const { rows } = await query(`SELECT to_json(struct(*)) AS row FROM ${schema}.${table}`);
      const signs = readSigns(rows.map(({ row }) => row).join('\n'));
      if (signs.length > 0) signsByTable[`${schema}.${table}`] = signs;
    }
    return signsByTable;
  });

/** Manifests, plans, verdicts, reports, logs, histories and the state table: files that tell of the person. */
const findInTexts = () =>
  globSync('{adls/control,adls/records,functions-host,logs,table-storage}/**/*', {
    cwd: cloud.home,
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => readSigns(readFileSync(file, 'latin1')).length > 0);

const maintain = async () => {
  const { error } = await runJob(cloud, 'medallion-maintenance', { records: path.join(cloud.home, 'adls/records') });
  expect(error).toBe('');
};

const onlyTheLedger = { 'ops.erasures': [person.user, person.device, person.mac] };

describe('a person who is deleted', () => {
  let before: string;
  beforeAll(async () => {
    cloud = await RunningStack.start({ options: ['--empty', '--sweep', '*/3 * * * * *'] });
    const people = [person, other];
    await land({
      'registered_users/base.csv': [registrationHeader, ...people.map(toRegistration)],
      'gym_logins/base.csv': [visitHeader, ...people.map((each) => toVisit(each, 5))],
      'kafka_multiplex/base.json': people.flatMap(toLines),
    });
    before = `r-${(await cloud.listRuns())[0]?.batch}`;
  });
  afterAll(() => cloud.dismiss());

  it('is in tables of all layers before', async () => {
    expect(Object.keys(await findInTables())).toEqual(
      expect.arrayContaining([
        'landed.gym_logins',
        'silver.users',
        'gold_changes.gym_summary',
        'gold_published.gym_summary',
      ]),
    );
  });

  it('is in no table after two nights, and only the ledger has the bare ids', async () => {
    const deletion = { user_id: person.user, update_type: 'delete', timestamp: 1_700_000_200 };
    await land({ 'kafka_multiplex/delete.json': [toMessage('user_info', deletion)] });
    await maintain();
    await land({ 'gym_logins/next-day.csv': [visitHeader, toVisit(other, 6)] });
    await maintain();

    expect(await findInTables()).toEqual(onlyTheLedger);
    expect(findInTexts()).toEqual([]);
  });

  it('does not come back by a replay, and the plan says so', async () => {
    const selection = { files: { path: '*/base.*' } };
    const { body } = await send(cloud.addresses.app, 'reprocess', { reason: 'To see who comes.', selection });
    const plan = await cloud.get<Plan>(`reprocess/${body.plan}`);
    expect(plan.warnings).toEqual([expect.stringContaining('Lines of deleted people are in 3 of 3 files.')]);
    await send(cloud.addresses.app, `reprocess/${body.plan}/execute`, { reason: 'To see who comes.' });
    await executed(cloud, body.plan);

    expect(await findInTables()).toEqual(onlyTheLedger);
  });

  it('does not come back by a roll back to a release before the delete', async () => {
    const { status } = await send(cloud.addresses.app, `releases/${before}/roll-back`, { reason: 'To see who comes.' });
    expect(status).toBe(200);

    expect(await findInTables()).toEqual(onlyTheLedger);
    expect((await cloud.query('SELECT user_id FROM gold_published.workout_bpm_summary')).rows).toEqual([
      { user_id: other.user },
    ]);
    expect(findInTexts()).toEqual([]);
  });
});
