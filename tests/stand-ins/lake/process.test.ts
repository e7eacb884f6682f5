import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const entry = join(import.meta.dirname, '../../../local/lake/main.ts');

describe('the process', () => {
  it('says when it is ready, and ends when it is asked to', async () => {
    const root = mkdtempSync(join(tmpdir(), 'lake-'));
    const options = { port: 0, account: 'locallake', key: 'a2V5', root, subscriptions: [] };

    const child: ChildProcess = fork(entry, [JSON.stringify(options)]);
    const [message] = await once(child, 'message');
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');

    expect(message).toMatchObject({ kind: 'ready', endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\//) });
    expect(code).toBe(0);
    rmSync(root, { recursive: true });
  });

  it('ends when its parent goes away', async () => {
    const root = mkdtempSync(join(tmpdir(), 'lake-'));
    const options = { port: 0, account: 'locallake', key: 'a2V5', root, subscriptions: [] };
    const child = fork(entry, [JSON.stringify(options)]);
    await once(child, 'message');

    child.disconnect();
    const [code] = await once(child, 'exit');

    expect(code).toBe(0);
    rmSync(root, { recursive: true });
  });
});
