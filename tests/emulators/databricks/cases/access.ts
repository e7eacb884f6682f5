import { describe, expect, it } from 'vitest';
import type { TestWorkspace } from '../test-workspace.ts';

export function defineAccessCases(workspace: TestWorkspace): void {
  describe('access', () => {
    it('refuses a token that it does not know, on both protocols', async () => {
      const rest = await workspace.call('GET', '/api/2.2/jobs/list', {}, 'unknown');
      const client = await workspace.openClient('unknown');

      expect(rest).toMatchObject({ status: 403, body: { error_code: 'PERMISSION_DENIED' } });
      await expect(client.openSession()).rejects.toThrow();
      await client.close();
    });

    it('says of an address that it does not offer that it does not', async () => {
      const { status, body } = await workspace.call('GET', '/api/2.0/clusters/list');

      expect([status, body]).toMatchObject([404, { error_code: 'ENDPOINT_NOT_FOUND' }]);
    });

    it('answers with a fault when one is planned, and only then', async () => {
      const first = await workspace.call('POST', '/api/2.2/jobs/runs/cancel-all', { job_id: 1 });
      const second = await workspace.call('POST', '/api/2.2/jobs/runs/cancel-all', { job_id: 1 });
      const cut = workspace.call('GET', '/api/2.2/jobs/runs/export');

      expect(first).toMatchObject({ status: 429, body: { error_code: 'REQUEST_LIMIT_EXCEEDED' } });
      expect(second.status).toBe(200);
      await expect(cut).rejects.toThrow();
    });
  });
}
