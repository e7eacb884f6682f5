import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type AWorkspace, codeOf } from '../test-workspace.ts';

export function lostDriverCases(workspace: AWorkspace): void {
  describe('a lost driver', () => {
    it('ends what was running as lost, answers the same run to its token, and has its tables and views again', async () => {
      const asked = { idempotency_token: 'lost' };
      const id = await workspace.runNow('queued', asked);
      const queued = await workspace.runNow('queued');
      const session = await workspace.session();
      await workspace.reached(id, 'RUNNING');
      await workspace.sql('create or replace function corner.twice(x int) returns int return x * 2');

      process.kill(Number(readFileSync(join(workspace.home, 'state/spark.pid'), 'utf8')), 'SIGKILL');
      const run = await workspace.ended(id);

      expect([codeOf(run), run.state.life_cycle_state]).toEqual(['DRIVER_ERROR', 'INTERNAL_ERROR']);
      expect(await workspace.runNow('queued', asked)).toBe(id);
      const late = session.executeStatement('select 1').then((operation) => operation.fetchAll());
      await expect(late).rejects.toThrow(/was lost/);
      expect(await workspace.sql('select count(*) n, corner.twice(4) d from corner.pinned')).toEqual([{ n: 2n, d: 8 }]);
      await workspace.reached(queued, 'RUNNING');
      await workspace.jobs('POST', 'runs/cancel', { run_id: queued });
      await workspace.ended(queued);
    });

    it('finds runs, tables and views again after a restart of the whole workspace', async () => {
      const asked = { idempotency_token: 'across' };
      await workspace.sql('grant use schema on schema corner to `keeper`');
      const id = await workspace.runNow('skipped', asked);
      await workspace.reached(id, 'RUNNING');

      await workspace.stop();
      await workspace.start();

      expect(codeOf(await workspace.ended(id))).toBe('DRIVER_ERROR');
      expect(await workspace.runNow('skipped', asked)).toBe(id);
      expect(await workspace.sql('select count(*) n from corner.pinned')).toEqual([{ n: 2n }]);
      expect(await workspace.sql('show grants `keeper` on schema corner')).toHaveLength(1);
      await workspace.sql('drop view corner.pinned');
      await vi.waitFor(() => expect(existsSync(join(workspace.home, 'state/catalog/corner/table-pinned'))).toBe(false));
    });
  });
}
