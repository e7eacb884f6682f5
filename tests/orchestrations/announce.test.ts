import type { OrchestrationContext } from 'durable-functions';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { announce } from '../../orchestrations/announce.ts';
import { batch } from '../support/samples.ts';

function told(outcome: RunRecord['outcome'], isReplaying = false): string[] {
  const said: string[] = [];
  const context = { df: { isReplaying }, warn: (line: string) => said.push(line) } as unknown as OrchestrationContext;
  const run = { batch, files: 1, datasets: [], startedAt: '2026-01-01T00:00:00Z', layers: [], reason: 'A rule.' };
  announce(context, { ...run, outcome });
  return said;
}

describe('the end of a run', () => {
  it('is told of where readers get nothing, with the reason', () => {
    expect(told('blocked')).toEqual([`Run '${batch}' has brought readers nothing: it is held. A rule.`]);
    expect(told('failed')).toEqual([`Run '${batch}' has brought readers nothing: it is failed. A rule.`]);
  });

  it('is no news where it was published, or where somebody wanted it', () => {
    expect([...told('published'), ...told('cancelled'), ...told('skipped')]).toEqual([]);
  });

  it('is told of once, however often its history is read again', () => {
    expect(told('blocked', true)).toEqual([]);
  });
});
