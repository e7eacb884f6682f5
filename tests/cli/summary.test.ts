import { expect, it } from 'vitest';
import type { Addresses } from '../../cli/stack/home.ts';
import { printSummaryOrReason } from '../../cli/summary.ts';

it('a summary that cannot be read ends nothing, and says why', async () => {
  const lines: string[] = [];
  const nobody = { app: 'http://127.0.0.1:9', workspace: 'https://127.0.0.1:9' } as Addresses;
  await printSummaryOrReason('none', nobody, (line) => lines.push(line));
  expect(lines.join('\n')).toMatch(/could not be read just now: .+\nRead them later/);
});
