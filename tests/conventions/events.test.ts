import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { eventNames } from '../../medallion/events.ts';
import { root, sources } from './sources.ts';

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

it('the host leaves out no line that an alert may wait for', () => {
  const { applicationInsights } = JSON.parse(read('host.json')).logging;
  const { excludedTypes } = applicationInsights.samplingSettings;
  expect(excludedTypes.split(';')).toEqual(expect.arrayContaining(['Trace', 'Exception', 'Event']));
});

it.for(eventNames)('%s is expected by a test', (name) => {
  const tests = sources(/^tests\/(?!conventions\/).*\.test\.ts$/);
  expect(tests.some((file) => read(file).includes(`'${name}'`))).toBe(true);
});

it.for(eventNames)('%s is logged somewhere', (name) => {
  const app = sources(/^(functions|orchestrations|operations)\/.*\.ts$/);
  expect(app.some((file) => read(file).includes(`'${name}'`))).toBe(true);
});
