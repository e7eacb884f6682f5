import type { OrchestrationContext } from 'durable-functions';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { logEvent, logRunEnd, logUntraced } from '../../orchestrations/log-event.ts';
import { batch, publishedRun } from '../support/samples.ts';

const at = '2026-01-01T00:00:00.000Z';
const halt = { layer: 'gold', stream: 's', failures: 5, reason: 'It died.' } as const;
const { files } = publishedRun;

function createContext(isReplaying = false) {
  const logged: { level: string; line: unknown }[] = [];
  const createWriter = (level: string) => (line: string) => void logged.push({ level, line: JSON.parse(line) });
  const df = { isReplaying, currentUtcDateTime: new Date(at) };
  const writers = { info: createWriter('info'), warn: createWriter('warn'), error: createWriter('error') };
  return { logged, context: { df, ...writers } as unknown as OrchestrationContext };
}

function logEndOf(change: Partial<RunRecord>, isReplaying = false) {
  const { context, logged } = createContext(isReplaying);
  logRunEnd(context, { ...publishedRun, ...change });
  return logged;
}

describe('logEvent', () => {
  it('writes one line of JSON, at the moment of the orchestration', () => {
    const { context, logged } = createContext();
    logEvent(context, 'error', 'stream.halted', halt);
    expect(logged).toEqual([{ level: 'error', line: { event: 'stream.halted', at, ...halt } }]);
  });

  it('writes nothing while a history is replayed', () => {
    const { context, logged } = createContext(true);
    logEvent(context, 'error', 'stream.halted', halt);
    expect(logged).toEqual([]);
  });
});

describe('the end of a run', () => {
  it.for(['blocked', 'failed'] as const)('is a warning with the reason when it is %s', (outcome) => {
    const line = { event: 'run.ended', at, batch, outcome, reason: 'A rule.', files, seconds: 0 };
    expect(logEndOf({ outcome, reason: 'A rule.' })).toEqual([{ level: 'warn', line }]);
  });

  it('is no warning when it was published, or when somebody wanted it', () => {
    const line = { event: 'run.ended', at, batch, outcome: 'published', release: 'r-1', files, seconds: 0 };
    expect(logEndOf({ release: 'r-1' })).toEqual([{ level: 'info', line }]);
    expect(logEndOf({ outcome: 'cancelled' })).toMatchObject([{ level: 'info' }]);
    expect(logEndOf({ outcome: 'skipped' })).toMatchObject([{ level: 'info' }]);
  });

  it('says how old the oldest of its files was', () => {
    const freshness = {
      files: 2,
      samples: [
        [1, 2, 3, 4, 5],
        [1, 2, 3, 4, 90.4],
      ],
    };
    expect(logEndOf({ freshness })).toMatchObject([{ line: { event: 'run.ended', oldestFileSeconds: 90 } }]);
  });

  it('is logged once, however often its history is replayed', () => {
    expect(logEndOf({ outcome: 'blocked' }, true)).toEqual([]);
  });
});

describe('a trace that did not arrive', () => {
  it('is a warning with the reason, and one that did is nothing', () => {
    const { context, logged } = createContext();
    logUntraced(context, batch, undefined);
    logUntraced(context, batch, 'HTTP 503.');
    expect(logged).toEqual([{ level: 'warn', line: { event: 'trace.failed', at, batch, reason: 'HTTP 503.' } }]);
  });
});
