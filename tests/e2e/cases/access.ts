import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunningStack } from '../../../bench/harness/running-stack.ts';
import { ask } from '../../../cli/operator.ts';

/** Each speaks through the official driver with a token of their own. */
export function accessCases(running: () => RunningStack): void {
  const summary = 'SELECT user_id, city, sex, num_recordings FROM gold.workout_bpm_summary';
  const refusal = /Insufficient privileges|not an owner|Only an admin/;

  describe('an analyst', () => {
    it('reads gold with everything personal masked', async () => {
      const { rows } = await running().query(summary, 'analyst');
      expect(rows).toEqual([{ user_id: 'masked', city: 'masked', sex: 'masked', num_recordings: 3900n }]);
    });

    it('sees no person inside a list either', async () => {
      const { rows } = await running().query('SELECT workouts FROM gold.gym_summary', 'analyst');
      expect(rows.length).toBeGreaterThan(0);
      expect(JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? Number(value) : value))).not.toMatch(
        /"user_id":"(?!masked)/,
      );
    });

    it('can ask which release it sees', async () => {
      const { rows } = await running().query(
        'SELECT max_by(release, number) AS release, max_by(state, (number, at)) AS state FROM ops.releases',
        'analyst',
      );
      expect(rows).toMatchObject([{ release: expect.stringMatching(/^r-/), state: 'published' }]);
    });

    it.for([
      'silver.user_profiles',
      'bronze.user_info',
      'quarantine.gym_logins',
      'gold_published.workout_bpm_summary',
      'ops.erasures',
    ])('is refused %s', async (table) => {
      await expect(running().query(`SELECT * FROM ${table}`, 'analyst')).rejects.toThrow(refusal);
    });
  });

  describe('a caller of the API', () => {
    it('is told to wait when it asks too much at once, and is answered again afterwards', async () => {
      const place = `${running().addresses.app}/api/status`;
      const answers = await Promise.all(Array.from({ length: 100 }, () => fetch(place)));
      const refused = answers.filter(({ status }) => status === 429);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(100 - refused.length);
      expect(refused.length).toBeGreaterThan(0);
      expect(new Set(refused.map(({ headers }) => headers.get('retry-after')))).toEqual(new Set(['2']));
      expect((await fetch(place)).status).toBe(200);
    });

    const readRows = async (path: string) =>
      (await ask<{ release: string; rows: Record<string, unknown>[] }>(running().operator, `tables/${path}`)).rows;

    it('reads published rows in JSON, with everything personal masked', async () => {
      const [row, ...others] = await readRows('gold.workout_bpm_summary/rows');
      expect(others).toEqual([]);
      expect(row).toMatchObject({ date: '2023-03-11', user_id: 'masked', city: 'masked', num_recordings: 3900 });
      expect(row?.['avg_bpm']).toBeCloseTo(64.64236486026896, 12);
    });

    it('reads them in the order that the contract names, or in another', async () => {
      const ordered = (await readRows('gold.gym_summary/rows')).map((row) => row['date'] as string);
      expect(ordered.length).toBeGreaterThan(1);
      expect(ordered).toEqual(ordered.toSorted().reverse());
      const minutes = await readRows('gold.gym_summary/rows?order=minutes_in_gym&limit=2');
      expect(minutes).toHaveLength(2);
      expect(Number(minutes[0]?.['minutes_in_gym'])).toBeLessThanOrEqual(Number(minutes[1]?.['minutes_in_gym']));
      expect(JSON.parse(String(minutes[0]?.['workouts']))).toEqual(
        expect.arrayContaining([expect.objectContaining({ user_id: 'masked' })]),
      );
    });
  });

  describe('a door of the host', () => {
    const door = () => `${running().addresses.app}/runtime/webhooks/durabletask/instances`;
    const key = () => readFileSync(path.join(running().home, 'host.key'), 'utf8');

    it('opens with the key of the home alone, and never to a page of another site', async () => {
      const keyed = { 'x-functions-key': key() };
      expect((await fetch(door())).status).toBe(401);
      expect((await fetch(door(), { headers: keyed })).status).toBe(200);
      const foreign = { method: 'POST', headers: { ...keyed, origin: 'http://evil.example' } };
      expect((await fetch(`${door()}/pipeline/terminate`, foreign)).status).toBe(403);
    });
  });

  describe('a privacy officer', () => {
    it('sees people as they are', async () => {
      const { rows } = await running().query(summary, 'privacy-officer');
      expect(rows).toEqual([{ user_id: '12474', city: 'San Fernando', sex: 'M', num_recordings: 3900n }]);
    });

    it('reads the profiles, which the contract opens to privacy', async () => {
      const { rows } = await running().query('SELECT count(*) AS n FROM silver.user_profiles', 'privacy-officer');
      expect(Number(rows[0]?.['n'])).toBeGreaterThan(0);
    });

    it('reads the ledger of erasures, which the contract opens to nobody else', async () => {
      const { rows } = await running().query('SELECT count(*) AS n FROM ops.erasures', 'privacy-officer');
      expect(rows).toHaveLength(1);
    });
  });

  describe('the operator', () => {
    it.for([
      'INSERT INTO silver.users SELECT * FROM silver.users',
      'DROP TABLE landed.kafka_multiplex',
      'CREATE TABLE silver.scratch (i INT)',
      'GRANT SELECT ON SCHEMA silver TO `medallion-local-readers`',
      'SELECT * FROM quarantine.gym_logins',
      'SELECT * FROM ops.erasures',
    ])('has no right that it does not use: %s', async (statement) => {
      await expect(running().query(statement, 'operator')).rejects.toThrow(refusal);
    });

    it('sees published rows as readers do', async () => {
      const { rows } = await running().query(summary, 'operator');
      expect(rows).toMatchObject([{ user_id: 'masked' }]);
    });
  });
}
