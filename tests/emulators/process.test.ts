import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findFreePort } from '../../cli/stack/ports.ts';

const folder = mkdtempSync(join(tmpdir(), 'process-'));
afterAll(() => rmSync(folder, { recursive: true }));

function launch(...args: string[]): ChildProcess {
  const entry = join(import.meta.dirname, '../../emulators/table-storage/main.ts');
  return fork(entry, args, { silent: true, execArgv: [] });
}

async function launchTables(): Promise<ChildProcess> {
  const options = { port: await findFreePort(), folder, account: 'medallion', key: 'a2V5' };
  return launch(JSON.stringify(options));
}

/** What all emulators share; the tests of each one start its own entry. */
describe('the process of an emulator', () => {
  it('says when it is ready, and ends on a signal', async () => {
    const child = await launchTables();
    const [message] = await once(child, 'message');
    child.kill('SIGTERM');

    expect(message).toEqual({
      kind: 'ready',
      address: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/medallion$/),
    });
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('ends when its parent is gone, also while it starts', async () => {
    const child = await launchTables();
    child.disconnect();

    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('says what it needs when it gets no options', async () => {
    const child = launch();
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });

    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(errors).toContain('This emulator got no options. Pass them as one JSON argument.');
  });
});
