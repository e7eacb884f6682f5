import { expect, it } from 'vitest';
import { listRecentRuns } from '../../../operations/runs/list-recent-runs.ts';
import { createRun, toBatch } from '../../support/batches.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

it('recent runs are the newest of all, and the newest releases behind any number of blocked ones', async () => {
  const ports = createFakePorts();
  for (const minute of [1, 2]) await ports.runs.save(createRun(minute, 'published', { release: `r-${minute}` }));
  for (const minute of [3, 4, 5]) await ports.runs.save(createRun(minute, 'blocked'));
  const batches = (await listRecentRuns(ports, 2)).map(({ batch }) => batch);
  expect(batches).toEqual([5, 4, 2, 1].map(toBatch));
});
