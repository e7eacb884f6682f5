import { describe, expect, it } from 'vitest';
import { createIdempotencyKeys } from '../../../cloud/table-storage/idempotency-keys.ts';
import { createPipelineControl } from '../../../cloud/table-storage/pipeline-control.ts';
import { createReleases } from '../../../cloud/table-storage/releases.ts';
import type { PipelineState } from '../../../medallion/runs/pipeline-state.ts';
import { type GetTable, startTableEmulator } from '../../support/table-services.ts';

/** The client sends a write again that had no answer, and then hears that somebody was faster: itself. */
async function lose(call: 'InsertEntity' | 'UpdateEntity', write: (getTable: GetTable) => Promise<void>) {
  const at = { service: 'table-storage', call, nth: 1 } as const;
  const emulator = await startTableEmulator({ faults: { faults: [{ at, do: 'disconnect', when: 'after' }] } });
  try {
    await write(emulator.openTable('lost'));
    expect((await emulator.readCounts()).requests[call]).toBeGreaterThan(1);
  } finally {
    await emulator.stop();
  }
}

const request = { id: 'a', content: 'c', at: '2026-01-01T00:00:00.000Z' };
const halted: PipelineState = { state: 'halted', actor: 'pipeline', reason: 'So.', at: '2026-01-01T00:00:00.000Z' };
const publishing = { number: 1, rounds: { 'gold.a': 1 } };

describe('a write whose answer is lost', () => {
  it('claims a request for the one who sent it, and for nobody else', () =>
    lose('InsertEntity', async (getTable) => {
      const keys = createIdempotencyKeys(getTable);
      expect(await keys.claim(request, 60)).toEqual({ kind: 'new', firstAt: request.at });
      expect(await keys.claim(request, 60)).toEqual({ kind: 'in_progress' });
    }));

  it('takes a request over for the one who sent it', () =>
    lose('UpdateEntity', async (getTable) => {
      const keys = createIdempotencyKeys(getTable);
      await keys.claim(request, 60);
      const later = { ...request, at: '2026-01-01T00:02:00.000Z' };
      expect(await keys.claim(later, 60)).toEqual({ kind: 'new', firstAt: request.at });
      expect(await keys.claim(later, 60)).toEqual({ kind: 'in_progress' });
    }));

  it('begins a publication for the one who sent it', () =>
    lose('InsertEntity', async (getTable) => {
      const releases = createReleases(getTable);
      const etag = await releases.replace(undefined, publishing);
      expect(etag).toEqual((await releases.get())?.etag);
      expect(await releases.replace(undefined, { ...publishing, number: 2 })).toBeUndefined();
    }));

  it('ends a publication for the one who sent it', () =>
    lose('UpdateEntity', async (getTable) => {
      const releases = createReleases(getTable);
      const etag = await releases.replace(undefined, publishing);
      const next = await releases.replace(etag, { ...publishing, number: 2 });
      expect(next).toEqual((await releases.get())?.etag);
      expect(await releases.replace(etag, publishing)).toBeUndefined();
    }));

  it('halts the pipeline for the one who sent it, who then tells of it', () =>
    lose('UpdateEntity', async (getTable) => {
      const control = createPipelineControl(getTable);
      await control.updateState(() => ({ ...halted, state: 'running' }));
      const halt = (state: PipelineState | undefined) => (state?.state === 'running' ? halted : undefined);
      expect(await control.updateState(halt)).toEqual(halted);
      expect(await control.updateState(halt)).toBeUndefined();
    }));
});
