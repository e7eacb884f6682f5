import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { RunningStack } from '../../../bench/harness/running-stack.ts';
import type { Versions } from '../../../medallion/layer.ts';
import type { Verdict } from '../../../medallion/quality/verdict.ts';
import type { RunRecord } from '../../../medallion/runs/run.ts';
import type { RouteRequest } from '../../support/judge.ts';
import { root } from '../../support/root.ts';

type Rule = RouteRequest['rules'][number];

const broken: Rule[] = [
  { name: 'by_a_row', query: "SELECT mac_address FROM {silver.gym_visits} WHERE gym = '5'" },
  {
    name: 'by_a_share',
    query: "SELECT mac_address FROM {silver.gym_visits} WHERE gym = '5'",
    tolerates: { kind: 'percent', percent: 1 },
  },
  {
    name: 'by_what_it_refers_to',
    query:
      'SELECT s.user_id FROM {silver.workout_sessions} s WHERE NOT EXISTS (SELECT 1 FROM {silver.users} u WHERE u.user_id = concat(s.user_id, s.user_id))',
  },
  {
    name: 'by_counts_across_layers',
    query:
      'SELECT 1 FROM (SELECT (SELECT count(*) FROM {silver.gym_visits}) AS there, (SELECT count(*) FROM {bronze.gym_logins}) AS here) WHERE there <= here',
  },
  {
    name: 'by_its_history',
    query:
      'SELECT 1 FROM (SELECT (SELECT count(*) FROM {silver.heart_rates}) AS now, (SELECT count(*) FROM {silver.heart_rates@released}) AS before) WHERE now >= before',
  },
  {
    name: 'by_its_age',
    query:
      'SELECT 1 FROM (SELECT max(login) AS last FROM {silver.gym_visits}) WHERE last < current_timestamp() - INTERVAL 1 DAY',
  },
];

/** The same kinds of rules, turned so that nobody breaks them. */
const kept: Rule[] = [
  { name: 'row', query: "SELECT mac_address FROM {silver.gym_visits} WHERE gym = 'none'" },
  {
    name: 'share',
    query: "SELECT mac_address FROM {silver.gym_visits} WHERE gym = '5'",
    tolerates: { kind: 'percent', percent: 100 },
  },
  {
    name: 'reference',
    query:
      'SELECT s.user_id FROM {silver.workout_sessions} s WHERE NOT EXISTS (SELECT 1 FROM {silver.workout_sessions} u WHERE u.user_id = s.user_id)',
  },
  {
    name: 'counts',
    query:
      'SELECT 1 FROM (SELECT (SELECT count(*) FROM {silver.gym_visits}) AS there, (SELECT count(*) FROM {bronze.gym_logins}) AS here) WHERE there > here',
  },
  {
    name: 'history',
    query:
      'SELECT 1 FROM (SELECT (SELECT count(*) FROM {silver.heart_rates}) AS now, (SELECT count(*) FROM {silver.heart_rates@released}) AS before) WHERE now * 2 < before',
  },
  {
    name: 'age',
    query: 'SELECT 1 FROM (SELECT max(login) AS last FROM {silver.gym_visits}) WHERE last > current_timestamp()',
  },
];

/** Judged by the operator's own gate, warehouse client and identity, on the tables of set 1. */
export function rulesCases(running: () => RunningStack): void {
  async function judged(
    rules: readonly Rule[],
    maxSeconds?: number,
  ): Promise<Extract<Verdict, { outcome: 'blocked' }>> {
    const { certificateFile, environmentFile } = running().addresses;
    const [run] = await running().listRuns();
    const { layers } = await running().get<RunRecord>(`runs/${run?.batch}`);
    const versions: Versions = Object.assign({}, ...layers.map((layer) => layer.versions));
    const asked: RouteRequest = {
      environmentFile,
      batch: run?.batch ?? '',
      layer: 'silver',
      versions,
      table: 'silver.gym_visits',
      rules,
      ...(maxSeconds === undefined ? {} : { maxSeconds }),
    };
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [path.join(root, 'tests/support/judge.ts'), JSON.stringify(asked)],
      { env: { ...process.env, NODE_EXTRA_CA_CERTS: certificateFile } },
    );
    return JSON.parse(stdout) as Extract<Verdict, { outcome: 'blocked' }>;
  }

  describe('a rule of each kind', () => {
    it('blocks when it should and passes when it should, and stores the query for examples but no row', async () => {
      const verdict = await judged([...broken, ...kept]);

      expect(verdict.outcome).toBe('blocked');
      expect(verdict.violations.map(({ rule }) => rule)).toEqual(broken.map(({ name }) => name));
      expect(verdict.violations.every(({ failingRows = 0 }) => failingRows > 0)).toBe(true);
      const whole = readFileSync(path.join(running().home, 'adls/control', verdict.storedAt ?? ''), 'utf8');
      const { examples } = JSON.parse(whole) as { examples: Record<string, string> };
      const { rows } = await running().query(examples['silver.gym_visits/by_a_row'] ?? '', 'operator');
      expect(rows[0]).toEqual({ mac_address: expect.any(String) });
      expect(whole).not.toContain(rows[0]?.['mac_address']);
    });

    it('that cannot be evaluated blocks with the reason: a typo, a table that is not there, a right that is missing', async () => {
      const { violations, outcome } = await judged([
        ...kept.slice(0, 1),
        { name: 'typo', query: "SELECT macaddress FROM {silver.gym_visits} WHERE gym = '5'" },
        { name: 'missing', query: 'SELECT 1 FROM {silver.nothing}' },
        { name: 'gone', query: 'SELECT 1 FROM silver.nothing' },
        { name: 'forbidden', query: 'SELECT 1 FROM quarantine.gym_logins' },
      ]);

      expect(outcome).toBe('blocked');
      expect(violations).toMatchObject([
        { rule: 'typo', reason: expect.stringContaining('macaddress') },
        { rule: 'missing', reason: "No version of table 'silver.nothing' is known to this gate." },
        { rule: 'gone', reason: expect.stringContaining('silver') },
        { rule: 'forbidden', reason: expect.stringContaining('Insufficient privileges') },
      ]);
    });

    it('that takes too long blocks with that reason', async () => {
      const slow = {
        name: 'slow',
        query: 'SELECT a.id FROM range(1000000000) a JOIN range(1000) b ON a.id > b.id * a.id',
      };
      const { violations } = await judged([slow], 3);
      expect(violations).toMatchObject([{ rule: 'slow', reason: 'It took longer than 3 s.' }]);
    });
  });
}
