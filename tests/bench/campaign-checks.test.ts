import { describe, expect, it } from 'vitest';
import { checks } from '../../bench/campaign/checks.ts';
import type { Evidence } from '../../bench/campaign/evidence.ts';
import { content, events, file, good, path, rows, run, sample } from './good-campaign.ts';

const { batch } = run;

const excluded: Partial<Evidence> = {
  files: [{ ...file, status: 'excluded', reason: 'Wrong.' }],
  rows: [],
  exclusions: new Map([['f1', 10_000]]),
};
const retries = Array.from({ length: 20 }, () => ({ event: 'batch.retry_scheduled', batch, reason: 'Away.' }));
const entry = {
  entry: 'e1',
  at: '2026-01-01T00:00:00Z',
  actor: 'ann',
  action: 'pause',
  target: 'pipeline',
  reason: 'Wait.',
} as const;

describe('the checks of a campaign', () => {
  it('find nothing where all is well', () => {
    for (const [name, check] of Object.entries(checks)) expect(check(good), name).toEqual([]);
  });

  it.each<[string, RegExp, Partial<Evidence>]>([
    ['unfinished files', /is not registered/, { storage: new Map([['gym_logins/x.csv', { etag: '1', content }]]) }],
    ['unfinished files', /has not ended/, { files: [{ ...file, status: 'loading', reason: 'Read.' }] }],
    ['unfinished files', /has no reason/, { files: [{ ...file, status: 'ignored' }] }],
    ['wrong lines', /has 3 lines and 2 in bronze/, { rows: rows.slice(1) }],
    ['wrong lines', /has other lines in bronze/, { rows: rows.map((row) => ({ ...row, line: 'other' })) }],
    ['wrong lines', /has 4 lines, 3 accepted/, { files: [{ ...file, lines: 4 }] }],
    ['wrong lines', /still has 3 lines/, { files: [{ ...file, status: 'superseded', reason: 'Old.' }] }],
    ['wrong lines', /is not the content that lies/, { storage: new Map([[path, { etag: '0x2', content }]]) }],
    [
      'wrong lines',
      /No file is registered as 'f2'/,
      { rows: [...rows, { file: 'f2', path, number: 1, line: '', violations: 0, isErased: false }] },
    ],
    [
      'doubled lines',
      /Line 1 of 'gym_logins\/s1\/1\.csv' is in bronze twice/,
      { rows: [...rows, ...rows.slice(0, 1)] },
    ],
    ['changes while paused', /2 answers of publication 2 in/, { samples: [sample, { ...sample, gyms: {} }] }],
    ['changes while paused', /Publication 2 began in the pause/, { pauses: [{ from: 14_000, to: 40_000 }] }],
    ['excluded rows', /was seen in publication 2/, excluded],
    ['loops', /was begun 20 times: Away/, { events: retries }],
    ['loops', /'runBatch' had the same input 20 times/, { repetitions: [{ name: 'runBatch', count: 20 }] }],
    ['silent stops', /has not ended/, { runs: [{ ...run, outcome: 'running' }] }],
    ['silent stops', /no event says that it ended/, { events: events.filter(({ event }) => event !== 'run.ended') }],
    ['silent stops', /has no run/, { events: [...events, { event: 'batch.formed', batch: 'other' }] }],
    ['silent stops', /Nothing was logged of 'pause'/, { auditLog: [entry] }],
    ['large calls', /looked at 5001 rows/, { maxRowsPerQuery: 5001 }],
    ['large calls', /has 30001 characters/, { texts: ['x'.repeat(30_001)] }],
  ])('find %s: %s', (name, problem, change) => {
    expect(checks[name]?.({ ...good, ...change })).toEqual([expect.stringMatching(problem)]);
  });

  it('let a decision that nobody answered have no event', () => {
    const lostAnswers = [{ from: Date.UTC(2025, 11, 31), to: Date.UTC(2026, 0, 1, 1) }];
    expect(checks['silent stops']?.({ ...good, auditLog: [entry], lostAnswers })).toEqual([]);
  });

  it.each([
    [30, []],
    [-30, []],
    [15, [expect.stringMatching(/Nothing was logged of 'pause'/)]],
  ])('take a decision for one that nobody answered if a wrong clock wrote it: %s s', (seconds, problems) => {
    const at = Date.parse(entry.at) + seconds * 1000;
    const lostAnswers = [{ from: at - 1000, to: at + 1000 }];
    expect(checks['silent stops']?.({ ...good, auditLog: [entry], lostAnswers })).toEqual(problems);
  });

  it('let a roll back show what was excluded later', () => {
    const publications = new Map([[2, { name: `r-${batch}-12345678`, startedAt: 15_000 }]]);
    expect(checks['excluded rows']?.({ ...good, ...excluded, publications })).toEqual([]);
  });
});
