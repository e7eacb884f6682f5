import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { eventNames } from '../../medallion/events.ts';
import { root, sources } from './sources.ts';

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** Names such as `run.ended` that stand in quotes, and are no key of a property. */
function listAwaitedEvents(template: string): string[] {
  const code = template.replaceAll(/^\s*\/\/.*$/gm, '');
  return [...new Set([...code.matchAll(/["']([a-z]+\.[a-z_]+)["'](?!:)/g)].map(([, name = '']) => name))];
}

it('the test reads the names of events from queries, and no other quoted text', () => {
  const template = [
    "// not 'this.one'",
    `  query: '\${lines} | where event == "run.ended" and outcome in ("blocked", "failed") or Message has "poison"'`,
    "  'odata.type': 'Microsoft.Azure.Monitor'",
  ];
  expect(listAwaitedEvents(template.join('\n'))).toEqual(['run.ended']);
});

it('alerts wait for events that the operator logs', () => {
  const awaited = listAwaitedEvents(read('bicep/modules/alerts.bicep'));
  expect(awaited.filter((name) => !(eventNames as readonly string[]).includes(name))).toEqual([]);
  const required = ['batch.retry_scheduled', 'file.registered', 'run.ended', 'stream.halted', 'sweep.finished'];
  expect(awaited).toEqual(expect.arrayContaining(required));
});

it.for(eventNames)('%s is expected by a test', (name) => {
  const tests = sources(/^tests\/(?!conventions\/).*\.test\.ts$/);
  expect(tests.some((file) => read(file).includes(`'${name}'`))).toBe(true);
});

it.for(eventNames)('%s is logged somewhere', (name) => {
  const app = sources(/^(functions|orchestrations|operations)\/.*\.ts$/);
  expect(app.some((file) => read(file).includes(`'${name}'`))).toBe(true);
});
