import type { DurableClient } from 'durable-functions';
import { describe, expect, it } from 'vitest';
import { endPipeline, getPipelineStatus, wakePipeline } from '../../../functions/triggers/wake-pipeline.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

function createClient({ statuses, start }: { statuses: (string | Error)[]; start?: () => void }) {
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
    raiseEvent: async (id: string, event: string) => {
      calls.push(`raise ${event} at ${id}`);
    },
  };
  return { calls, client: client as unknown as DurableClient };
}

const never = new Error('The extension replied with HTTP 404.');
const taken = () => {
  throw new Error('It already exists.');
};

describe('wakePipeline', () => {
  it.for(['Running', 'Pending', 'Suspended'])('wakes a pipeline that is %s', async (status) => {
    const { calls, client } = createClient({ statuses: [status] });
    await wakePipeline(client, createFakePorts());
    expect(calls).toEqual(['raise wakeUp at pipeline']);
  });

  it.for(['Failed', 'Terminated', 'Completed'])('starts a pipeline anew that has %s', async (status) => {
    const { calls, client } = createClient({ statuses: [status] });
    await wakePipeline(client, createFakePorts());
    expect(calls).toEqual(['start']);
  });

  it('starts the pipeline that has never been', async () => {
    const { calls, client } = createClient({ statuses: [never] });
    await wakePipeline(client, createFakePorts());
    expect(calls).toEqual(['start']);
  });

  it('leaves a pipeline alone that is paused: whoever resumes it wakes it', async () => {
    const ports = createFakePorts();
    await ports.pipelineControl.setState({ state: 'paused', actor: 'ann', reason: 'So.', at: '2026-01-01T00:00:00Z' });
    const { calls, client } = createClient({ statuses: [] });
    await wakePipeline(client, ports);
    expect(calls).toEqual([]);
  });

  it('wakes it when somebody else has started it in between', async () => {
    const { calls, client } = createClient({ statuses: [never, 'Running'], start: taken });
    await wakePipeline(client, createFakePorts());
    expect(calls).toEqual(['start', 'raise wakeUp at pipeline']);
  });

  it('does not hide that a start has failed', async () => {
    const { client } = createClient({ statuses: [never, never], start: taken });
    await expect(wakePipeline(client, createFakePorts())).rejects.toThrow('It already exists.');
  });

  it('does not take a lost connection for a pipeline that never was', async () => {
    const { client } = createClient({ statuses: [new Error('The connection was reset.')] });
    await expect(wakePipeline(client, createFakePorts())).rejects.toThrow('reset');
  });
});

describe('endPipeline', () => {
  it('wakes a pipeline that waits for files, and starts none', async () => {
    const waiting = createClient({ statuses: ['Running'] });
    await endPipeline(waiting.client);
    expect(waiting.calls).toEqual(['raise wakeUp at pipeline']);
    const ended = createClient({ statuses: ['Completed'] });
    await endPipeline(ended.client);
    expect(ended.calls).toEqual([]);
  });
});

it('getPipelineStatus says how the pipeline is, also of one that has never been', async () => {
  expect(await getPipelineStatus(createClient({ statuses: ['Running'] }).client)).toBe('Running');
  expect(await getPipelineStatus(createClient({ statuses: [never] }).client)).toBe('NotStarted');
});
