import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseSpan } from '../../emulators/functions-host/settings.ts';
import { root } from './sources.ts';

// Without it each plan has a timeout of its own, from 5 minutes to none at all.
it('the host gives a function 30 minutes, whatever plan it runs on', () => {
  const { functionTimeout } = JSON.parse(readFileSync(path.join(root, 'host.json'), 'utf8'));
  expect(parseSpan(functionTimeout)).toBe(30 * 60);
});
