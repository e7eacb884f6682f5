import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlannedWarehouse } from '../support/planned-warehouse.ts';
import { root } from '../support/root.ts';

const run = promisify(execFile);
const warehouse = new PlannedWarehouse();
beforeAll(() => warehouse.start());
afterAll(() => warehouse.end());

interface EnvironmentFile {
  readonly deployment: object;
}

function writeEnvironment(name: string, change: object): string {
  const base = JSON.parse(readFileSync(path.join(root, `environments/${name}.json`), 'utf8')) as EnvironmentFile;
  const file = path.join(warehouse.home, 'environment.json');
  writeFileSync(file, JSON.stringify({ ...base, deployment: { ...base.deployment, ...change } }));
  return file;
}

describe('createSqlWarehouse', () => {
  // Large results come from the workspace's own storage. Where that is closed, they come through the warehouse itself.
  it.for([
    { reach: 'public', change: { reach: 'public' }, comesFromStorage: true },
    { reach: 'ranges', change: { reach: 'ranges', ranges: ['198.51.100.0/24'] }, comesFromStorage: false },
    { reach: 'private', change: { reach: 'private' }, comesFromStorage: false },
  ])('takes results from the storage of the workspace: $comesFromStorage where reach is $reach', async (example) => {
    const script = fileURLToPath(import.meta.resolve('../support/query.ts'));
    const file = writeEnvironment('prod', example.change);
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: warehouse.certificateFile };
    const url = warehouse.url;
    await expect(run(process.execPath, [script, file, url], { env, timeout: 15_000 })).rejects.toThrow('As planted.');
    expect(warehouse.statements.splice(0).map(({ canDownloadResult }) => canDownloadResult)).toEqual([
      example.comesFromStorage,
    ]);
  });

  // Taken for the engine's word about a statement, it would make rules that nobody can evaluate, in a session that is gone.
  it.for([502, 503])(
    'does not take HTTP %i for the word of the engine, and asks again in a new session',
    async (status) => {
      let asked = 0;
      warehouse.plan = () => (asked++ === 0 ? { do: 'fail', status } : { do: 'refuse' });
      const before = warehouse.opened.length;
      const script = fileURLToPath(import.meta.resolve('../support/query.ts'));
      const env = { ...process.env, NODE_EXTRA_CA_CERTS: warehouse.certificateFile };
      const args = [script, writeEnvironment('prod', {}), warehouse.url, '2'];
      const asking = run(process.execPath, args, { env, timeout: 30_000 });
      await expect(asking).rejects.toThrow(/did not answer; it will be tried again[\s\S]*As planted\./);
      expect(warehouse.opened.length - before).toBe(2);
    },
  );
});
