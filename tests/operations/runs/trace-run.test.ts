import { describe, expect, it } from 'vitest';
import type { Span } from '../../../medallion/ports/traces.ts';
import { traceRun } from '../../../operations/runs/trace-run.ts';
import { createRun } from '../../support/batches.ts';

describe('traceRun', () => {
  const run = createRun(1, 'published');

  it('sends a run that has ended, under its batch', async () => {
    const sent: [string, Span][] = [];
    const traces = { report: async (name: string, span: Span) => void sent.push([name, span]) };
    expect(await traceRun({ traces }, { ...run, endedAt: '2026-01-02T00:00:00.000Z' })).toEqual({});
    expect(sent).toMatchObject([[run.batch, { name: 'run', endedAt: '2026-01-02T00:00:00.000Z' }]]);
  });

  it('sends nothing of one that goes on', async () => {
    const traces = { report: () => Promise.reject(new Error('Nobody asked for it.')) };
    const { endedAt: _, ...running } = { ...run, endedAt: undefined };
    expect(await traceRun({ traces }, running)).toEqual({});
  });

  it('answers why a trace did not arrive, and fails nothing', async () => {
    const traces = { report: () => Promise.reject(new Error('HTTP 503.')) };
    expect(await traceRun({ traces }, { ...run, endedAt: '2026-01-02T00:00:00.000Z' })).toEqual({
      untraced: 'HTTP 503.',
    });
  });
});
