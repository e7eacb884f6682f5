import { expect, it } from 'vitest';
import { listMachineNames, toNeutralText } from './neutral-text.ts';

const names = { '/var/x': '/medallion/home', '/var/x/app': '/medallion/app' };

it.for([
  { text: 'Cannot read file:/var/x/lake/a.json.', neutral: 'Cannot read file:/medallion/home/lake/a.json.' },
  { text: String.raw`Failed.\\n/var/x/a/b`, neutral: String.raw`Failed.\\n/medallion/home/a/b` },
  { text: 'at run (/var/x/app/a.ts:1:2)', neutral: 'at run (/medallion/app/a.ts:1:2)' },
  { text: '\\"url\\":\\"http://127.0.0.1:38211/x\\"', neutral: '\\"url\\":\\"http://127.0.0.1:PORT/x\\"' },
  { text: 'https://localhost:7074 answered', neutral: 'https://localhost:PORT answered' },
])('folders and ports of a machine are replaced: $text', ({ neutral, text }) => {
  expect(listMachineNames(text)).toHaveLength(1);
  expect(toNeutralText(text, names)).toBe(neutral);
  expect(listMachineNames(neutral)).toEqual([]);
});

it.for([
  'PATCH /api/streams/bronze with {"paused": false}.',
  'gym_logins/2026/a.csv',
  'manifests/2026-01-01/x.jsonl',
  '2026-01-01T00:00:00.000Z',
  'https://example.org/a/b',
  'rows/second',
])('nothing else is: %s', (text) => {
  expect(listMachineNames(text)).toEqual([]);
  expect(toNeutralText(text, names)).toBe(text);
});
