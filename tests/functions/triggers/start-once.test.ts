import type { DurableClient } from 'durable-functions';
import { describe, expect, it } from 'vitest';
import { getStatus, isAlive, startOnce } from '../../../functions/triggers/start-once.ts';

/** Answers with one status after the other. */
function createClient(statuses: (string | Error)[], start = () => undefined as unknown) {
  const started: unknown[] = [];
  const client = {
    getStatus: async () => {
      const status = statuses.shift();
      if (status instanceof Error) throw status;
      return { runtimeStatus: status };
    },
    startNew: async (name: string, options: unknown) => {
      start();
      started.push([name, options]);
    },
  };
  return { started, client: client as unknown as DurableClient };
}

const never = new Error('Webhook returned status code 404');

describe('startOnce', () => {
  it('starts what is not alive, and says so', async () => {
    const { client, started } = createClient([never]);
    expect(await startOnce(client, 'pipeline', 'p', { a: 1 })).toBe(true);
    expect(started).toEqual([['pipeline', { instanceId: 'p', input: { a: 1 } }]]);
  });

  it('starts what has ended anew', async () => {
    expect(await startOnce(createClient(['Failed']).client, 'pipeline', 'p', {})).toBe(true);
  });

  it('leaves alone what is alive', async () => {
    const { client, started } = createClient(['Running']);
    expect(await startOnce(client, 'pipeline', 'p', {})).toBe(false);
    expect(started).toEqual([]);
  });

  it('does not fail when somebody else was faster', async () => {
    const taken = () => {
      throw new Error('It exists already.');
    };
    expect(await startOnce(createClient([never, 'Running'], taken).client, 'pipeline', 'p', {})).toBe(false);
    await expect(startOnce(createClient([never, never], taken).client, 'pipeline', 'p', {})).rejects.toThrow('exists');
  });
});

describe('getStatus', () => {
  it('does not take a host that is away for an instance that never was', async () => {
    expect(await getStatus(createClient([never]).client, 'p')).toBe('NotStarted');
    await expect(isAlive(createClient([new Error('ECONNREFUSED')]).client, 'p')).rejects.toThrow('ECONNREFUSED');
  });
});
