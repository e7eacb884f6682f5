import { createLogins } from '../../bench/campaign/contents.ts';
import type { Evidence } from '../../bench/campaign/evidence.ts';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';

export const path = 'gym_logins/s1/1.csv';
export const content = Buffer.from(createLogins(1));
const lines = createLogins(1).trim().split('\n').slice(1);
export const file: RegisteredFile = {
  file: 'f1',
  path,
  etag: '0x1',
  length: content.length,
  lastModified: '2026-01-01T00:00:00Z',
  dataset: 'gym_logins',
  status: 'published',
  registeredAt: '2026-01-01T00:00:00.000Z',
  sequence: 1,
  lines: 3,
  accepted: 3,
  quarantinedLines: 0,
};
export const rows = lines.map((line, index) => ({
  file: 'f1',
  path,
  number: index + 1,
  line,
  violations: 0,
  isErased: false,
}));
export const run: RunRecord = {
  batch: '20260101T000000000Z-00000001',
  outcome: 'published',
  files: 1,
  datasets: ['gym_logins'],
  startedAt: '2026-01-01T00:00:00Z',
  layers: [],
};
const { batch } = run;
export const sample = { from: 20_000, to: 21_000, publication: 2, gyms: { g1: 3 } };

export const hour = 3_600_000;
export const midnight = Date.UTC(2026, 0, 2);
const at = new Date(midnight + hour).toISOString();
export const events = [
  { event: 'file.registered', at },
  { event: 'batch.formed', at, batch },
  { event: 'run.ended', at, batch, outcome: 'published' },
  { event: 'operator.status', at, state: 'running', isStuck: false },
  { event: 'maintenance.status', at, ageSeconds: 10, overdueErasures: 0 },
  { event: 'retention.finished', at, failed: 0 },
];

/** A campaign after which all is well. */
export const good: Evidence = {
  files: [file],
  runs: [run],
  auditLog: [],
  storage: new Map([[path, { etag: '0x1', content }]]),
  contents: new Map([[path, [content]]]),
  rows,
  samples: [sample, { ...sample, from: 25_000, to: 26_000 }],
  publications: new Map([[2, { name: `r-${batch}`, startedAt: 15_000 }]]),
  pauses: [{ from: 16_000, to: 40_000 }],
  exclusions: new Map(),
  lostAnswers: [{ from: Date.UTC(2025, 11, 31), to: Date.UTC(2025, 11, 31, 1) }],
  refusals: [],
  maintenances: [{ name: 'night', from: midnight, to: midnight + hour }],
  mentions: new Map(),
  setAside: [],
  trouble: { from: 0, to: 0 },
  lostEvents: 0,
  events,
  repetitions: [{ name: 'runBatch', count: 2 }],
  texts: ['short'],
  maxRowsPerQuery: 100,
};
