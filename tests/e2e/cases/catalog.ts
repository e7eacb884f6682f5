import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunningStack } from '../../../bench/harness/running-stack.ts';
import type { Change } from '../../../medallion/catalog/table-changes.ts';
import { root } from '../../support/root.ts';
import { shell } from '../../support/shell.ts';

/** The contracts of this project, one of them changed. */
function changedContracts(name: string, change: (text: string) => string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'contracts-'));
  cpSync(path.join(root, 'projects/fitness'), folder, { recursive: true });
  const file = path.join(folder, name);
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(file, after);
  return folder;
}

export function catalogCases(running: () => RunningStack): void {
  async function catalog(args: string): Promise<{ code: number | null; changes: string[]; applied: number }> {
    const { code, stderr, stdout } = await shell(`npm run catalog -- ${args} --json --home ${running().home}`);
    if (stdout === '') throw new Error(stderr);
    const told = JSON.parse(stdout) as { changes: Change[]; applied: number };
    return { code, applied: told.applied, changes: told.changes.map(({ on, what }) => `${on}: ${what}`) };
  }

  describe('the catalog', () => {
    it('is as the contracts say after the start', async () => {
      expect(await catalog('plan')).toEqual({ code: 0, changes: [], applied: 0 });
    });

    it('passes the smoke test, which reads how old the release is', async () => {
      const { certificateFile, environmentFile } = running().addresses;
      const command = `${process.execPath} cli/catalog/smoke.ts --environment ${environmentFile}`;
      const { code, stderr, stdout } = await shell(`NODE_EXTRA_CA_CERTS=${certificateFile} ${command}`);
      expect(code, stderr).toBe(0);
      expect(stdout).toBe("'local': 0 problems; the last release is 0 h old.\n");
    });

    it('tells what somebody changed by hand, and is put right, except for what would lose data', async () => {
      await running().query("COMMENT ON TABLE silver.calendar IS 'Mine now.'");
      await running().query('GRANT SELECT ON SCHEMA silver TO `somebody`');
      await running().query('DROP VIEW quarantine.date_lookup');
      await running().query('CREATE TABLE silver.scratch (i INT)');
      const drift = [
        'silver.calendar: correct the comment',
        'quarantine.date_lookup: create the view',
        expect.stringMatching(/^quarantine.date_lookup: grant SELECT/),
        "silver: revoke SELECT from 'somebody'",
        'silver.scratch: drop the table, of which no contract speaks',
      ];
      expect((await catalog('plan')).changes).toEqual(expect.arrayContaining(drift));

      expect(await catalog('apply')).toMatchObject({ code: 1, applied: expect.any(Number) });
      const left = (await catalog('plan')).changes;
      expect(left).toEqual(expect.arrayContaining(drift.slice(-1)));
      expect(left).not.toContain('silver.calendar: correct the comment');
    });

    it('follows a contract that changes, and back', async () => {
      const changed = changedContracts('gold/gym_summary.yaml', (text) =>
        text
          .replaceAll('What a device did in a gym', 'All that a device did in a gym')
          .replace(
            '    quality:',
            '      - name: note\n        logicalType: string\n        physicalType: string\n        required: false\n        description: A note.\n    quality:',
          ),
      );
      const { changes } = await catalog(`plan --project ${changed}`);
      expect(changes).toEqual(
        expect.arrayContaining([
          "gold_published.gym_summary: add column 'note'",
          'gold_published.gym_summary: correct the comment',
        ]),
      );
      await catalog(`apply --project ${changed}`);
      const described = await running().query('DESCRIBE TABLE gold_published.gym_summary');
      expect(described.rows).toContainEqual({ col_name: 'note', data_type: 'string', comment: 'A note.' });
      const { rows } = await running().query('SELECT count(*) AS n, count(note) AS notes FROM gold.gym_summary');
      expect(rows).toMatchObject([{ notes: 0n }]);
      expect(rows).not.toMatchObject([{ n: 0n }]);
      expect((await catalog(`plan --project ${changed}`)).changes).not.toEqual(
        expect.arrayContaining([expect.stringContaining('correct the view')]),
      );

      expect((await catalog('plan')).changes).toContain("gold_published.gym_summary: drop column 'note'");
      expect(await catalog('apply --allow-destructive')).toMatchObject({ code: 0 });
      expect(await catalog('plan')).toEqual({ code: 0, changes: [], applied: 0 });
    });

    it('refuses what it does not understand', async () => {
      expect((await shell(`npm run catalog -- destroy --home ${running().home}`)).stderr).toContain(
        'Usage: npm run catalog',
      );
      const broken = changedContracts('silver/users.yaml', (text) =>
        text.replace('kind: DataContract', 'kind: Contract'),
      );
      const { code, stderr } = await shell(`npm run catalog -- plan --project ${broken} --home ${running().home}`);
      expect([code, stderr]).toEqual([2, expect.stringContaining('silver/users.yaml: kind')]);
    });
  });
}
