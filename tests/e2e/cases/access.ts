import { describe, expect, it } from 'vitest';
import type { RunningStack } from '../../../bench/harness/running-stack.ts';

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
        `SELECT count(DISTINCT s._release) AS seen FROM gold_released.gym_summary s JOIN ops.releases r ON r.release = s._release
          WHERE r.published_at = (SELECT max(published_at) FROM ops.releases)`,
        'analyst',
      );
      expect(rows).toMatchObject([{ seen: 1n }]);
    });

    it.for(['silver.user_profiles', 'bronze.user_info', 'quarantine.gym_logins', 'gold_staged.workout_bpm_summary'])(
      'is refused %s',
      async (table) => {
        await expect(running().query(`SELECT * FROM ${table}`, 'analyst')).rejects.toThrow(refusal);
      },
    );
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
  });

  describe('the operator', () => {
    it.for([
      'INSERT INTO silver.users SELECT * FROM silver.users',
      'DROP TABLE landed.kafka_multiplex',
      'CREATE TABLE silver.scratch (i INT)',
      'GRANT SELECT ON SCHEMA silver TO `medallion-local-readers`',
      'SELECT * FROM quarantine.gym_logins',
      'SELECT * FROM gold.workout_bpm_summary',
    ])('has no right that it does not use: %s', async (statement) => {
      await expect(running().query(statement, 'operator')).rejects.toThrow(refusal);
    });
  });
}
