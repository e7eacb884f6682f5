import { describe, expect, it } from 'vitest';
import { readProgress } from '../../../orchestrations/activities/read-progress.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

const since = '2026-01-01T00:00:00Z';

function read(...entries: { at: string; number?: number }[]) {
  const progress = { layer: 'gold', entries: entries.map((entry) => ({ versions: {}, ...entry })) };
  const ports = createFakePorts({ texts: { 'progress/gold/00000001.json': JSON.stringify(progress) } });
  return readProgress.bind(ports)({ layer: 'gold', since });
}

describe('readProgress', () => {
  it('sees a micro-batch that was done since', async () => {
    expect(await read({ at: '2026-01-01T00:00:01.000Z', number: 3 })).toEqual({ hasWorked: true });
  });

  it('takes neither an older one nor the mere start of a run for work', async () => {
    const old = { at: '2025-12-31T23:59:59.000Z', number: 3 };
    expect(await read(old, { at: '2026-01-01T00:00:01.000Z' })).toEqual({ hasWorked: false });
    expect(await readProgress.bind(createFakePorts())({ layer: 'gold', since })).toEqual({ hasWorked: false });
  });
});
