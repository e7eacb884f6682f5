import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../../emulators/shared/faults.ts';
import { getFailure } from '../responses.ts';
import type { TestWorkspace } from '../test-workspace.ts';

const at = { service: 'databricks', call: 'statement' } as const;

/** Each for the statements with its text. */
export const statementFaults: readonly Fault[] = [
  { at: { ...at, match: '/* refused */', to: 3600 }, do: 'fail', status: 403 },
  { at: { ...at, match: '/* late */', to: 3600 }, do: 'delay', milliseconds: 3000 },
];

export function defineStatementFaultCases(workspace: TestWorkspace): void {
  describe('statements under faults', () => {
    it('are refused as by the engine, and others are not', async () => {
      const failure = await getFailure(workspace.runSql('select /* refused */ 1 as one'));

      expect(failure).toMatchObject({ message: 'The statement was refused on purpose.', state: '42501' });
      expect(await workspace.runSql('select 1 as one')).toEqual([{ one: 1 }]);
    });

    it('ignore the timeout of their session, and run when they are late', async () => {
      const session = await workspace.openSession({ configuration: { STATEMENT_TIMEOUT: '1' } });
      const operation = await session.executeStatement('select /* late */ 1 as one', { runAsync: true });
      const began = Date.now();

      expect(await operation.fetchAll()).toEqual([{ one: 1 }]);
      expect(Date.now() - began).toBeGreaterThan(1500);
      await session.close();
    });
  });
}
