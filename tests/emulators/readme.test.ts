import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { behaviours } from '../../tools/generate/behaviours.ts';

const rooms = ['functions-host', 'adls', 'databricks'] as const;
const project = resolve(import.meta.dirname, '../..');

it.each(rooms)('the README of the %s names every file of its tests, and no other', (room) => {
  const readme = readFileSync(join(project, 'emulators', room, 'README.md'), 'utf8');
  const named = [...readme.matchAll(/^\| `([a-z-]+\/[a-z/.-]+\.ts)` \|/gm)].map(([, file = '']) => file);
  const files = readdirSync(join(import.meta.dirname, room), { recursive: true, encoding: 'utf8' });
  const tests = files.filter((file) => /\.test\.ts$|^cases\//.test(file)).map((file) => `${room}/${file}`);

  expect(named.filter((file) => file.startsWith(`${room}/`)).sort()).toEqual(tests.sort());
});

it.each([
  ['functions-host', 50],
  ['adls', 40],
  ['databricks', 40],
] as const)('the list of behaviours of the %s is long enough to trust it', (room, least) => {
  const list = behaviours(project, room);

  expect(list.match(/^\| .+ \| .+ \| \d+ \|$/gm)?.length).toBeGreaterThanOrEqual(least);
  expect(readFileSync(join(project, 'emulators', room, 'behaviours.md'), 'utf8')).toBe(list);
});
