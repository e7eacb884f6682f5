import type { DurableClient } from 'durable-functions';
import { describe, expect, it } from 'vitest';
import { wakePipeline } from '../../../functions/triggers/wake-pipeline.ts';

function clientOf({ statuses, start }: { statuses: (string | Error)[]; start?: () => void }) {
  const calls: string[] = [];
  const client = {
    getStatus: async () => {
      const status = statuses.shift();
      if (status instanceof Error) throw status;
      return { runtimeStatus: status };
    },
    startNew: async () => {
      calls.push('start');
      start?.();
    },
    raiseEvent: async () => {
      calls.push('raise');
    },
  };
  return { calls, client: client as unknown as DurableClient };
}

const never = new Error('The extension replied with HTTP 404.');
const taken = () => {
  throw new Error('It already exists.');
};

describe('wakePipeline', () => {
  it.for(['Running', 'Pending', 'Suspended'])('rings at a pipeline that is %s', async (status) => {
    const { calls, client } = clientOf({ statuses: [status] });
    await wakePipeline(client);
    expect(calls).toEqual(['raise']);
  });

  it.for(['Failed', 'Terminated', 'Completed'])('starts a pipeline anew that has %s', async (status) => {
    const { calls, client } = clientOf({ statuses: [status] });
    await wakePipeline(client);
    expect(calls).toEqual(['start']);
  });

  it('starts the pipeline that has never been', async () => {
    const { calls, client } = clientOf({ statuses: [never] });
    await wakePipeline(client);
    expect(calls).toEqual(['start']);
  });

  it('rings when somebody else has started it in between', async () => {
    const { calls, client } = clientOf({ statuses: [never, 'Running'], start: taken });
    await wakePipeline(client);
    expect(calls).toEqual(['start', 'raise']);
  });

  it('does not hide that a start has failed', async () => {
    const { client } = clientOf({ statuses: [never, never], start: taken });
    await expect(wakePipeline(client)).rejects.toThrow('It already exists.');
  });

  it('does not take silence for absence', async () => {
    const { client } = clientOf({ statuses: [new Error('The connection was reset.')] });
    await expect(wakePipeline(client)).rejects.toThrow('reset');
  });
});
