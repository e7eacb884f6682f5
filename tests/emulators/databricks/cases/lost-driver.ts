import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { getCode } from '../responses.ts';
import type { TestWorkspace } from '../test-workspace.ts';

export function defineLostDriverCases(workspace: TestWorkspace): void {
  describe('a lost driver', () => {
    it('ends what was running as lost, answers the same run to its token, and has its tables and views again', async () => {
      const parameters = { idempotency_token: 'lost' };
      const id = await workspace.runNow('queued', parameters);
      const queued = await workspace.runNow('queued');
      const session = await workspace.openSession();
      await workspace.waitForState(id, 'RUNNING');
      await workspace.runSql('create or replace function corner.twice(x int) returns int return x * 2');

      process.kill(Number(readFileSync(join(workspace.home, 'state/spark.pid'), 'utf8')), 'SIGKILL');
      const run = await workspace.waitUntilEnded(id);

      expect([getCode(run), run.state.life_cycle_state]).toEqual(['DRIVER_ERROR', 'INTERNAL_ERROR']);
      expect(await workspace.runNow('queued', parameters)).toBe(id);
      const late = session.executeStatement('select 1').then((operation) => operation.fetchAll());
      await expect(late).rejects.toThrow(/was lost/);
      expect(await workspace.runSql('select count(*) n, corner.twice(4) d from corner.pinned')).toEqual([
        { n: 2n, d: 8 },
      ]);
      await workspace.waitForState(queued, 'RUNNING');
      await workspace.jobs('POST', 'runs/cancel', { run_id: queued });
      await workspace.waitUntilEnded(queued);
    });

    it('finds runs, tables and views again after a restart of the whole workspace', async () => {
      const parameters = { idempotency_token: 'across' };
      await workspace.runSql('grant use schema on schema corner to `keeper`');
      const id = await workspace.runNow('skipped', parameters);
      await workspace.waitForState(id, 'RUNNING');

      await workspace.stop();
      await workspace.start();

      expect(getCode(await workspace.waitUntilEnded(id))).toBe('DRIVER_ERROR');
      expect(await workspace.runNow('skipped', parameters)).toBe(id);
      expect(await workspace.runSql('select count(*) n from corner.pinned')).toEqual([{ n: 2n }]);
      expect(await workspace.runSql('show grants `keeper` on schema corner')).toHaveLength(1);
      await workspace.runSql('drop view corner.pinned');
      await vi.waitFor(() => expect(existsSync(join(workspace.home, 'state/catalog/corner/table-pinned'))).toBe(false));
    });
  });
}
