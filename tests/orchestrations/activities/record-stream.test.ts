import { describe, expect, it } from 'vitest';
import { recordStream } from '../../../orchestrations/activities/record-stream.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { stream } from '../../support/samples.ts';

const at = (minute: number) => `2026-01-01T00:0${minute}:00.000Z`;

describe('recordStream', () => {
  it('keeps where a stream is, from its first record on', async () => {
    const ports = createFakePorts();
    const record = recordStream.bind(ports);
    await record({ ...stream, state: 'running', since: at(1) });
    await record({ ...stream, state: 'draining', since: at(2) });
    expect(await ports.streams.list()).toEqual([{ ...stream, state: 'draining', since: at(2) }]);
  });

  it('takes nothing back when it is done a second time, and late', async () => {
    const ports = createFakePorts();
    const record = recordStream.bind(ports);
    const drained = { ...stream, state: 'drained', since: at(3) } as const;
    await record(drained);
    await record({ ...stream, state: 'draining', since: at(2) });
    expect(await ports.streams.list()).toEqual([drained]);
  });
});
