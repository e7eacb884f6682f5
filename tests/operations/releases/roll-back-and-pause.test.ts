import { expect, it } from 'vitest';
import type { QueryResult } from '../../../medallion/ports/sql-warehouse.ts';
import type { PipelineState } from '../../../medallion/runs/pipeline-state.ts';
import { publishPassed } from '../../../operations/releases/publish-passed.ts';
import { rollBackAndPause } from '../../../operations/releases/roll-back-and-pause.ts';
import { toBatch } from '../../support/batches.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';

const now = new Date('2026-01-03T00:00:00.000Z');
const verdict = { outcome: 'passed', rules: 1, evaluated: 1, fingerprint: 'f' } as const;
const release = `r-${toBatch(1)}`;
const request = { release, publishedAs: `${release}-again`, actor: 'ann', reason: 'The new one is wrong.' };

/** What the warehouse knows of the first release, and that all changes are kept. */
function answer(statement: string): QueryResult {
  if (statement.startsWith('SELECT batch') && statement.includes(release))
    return { kind: 'rows', rows: [{ batch: toBatch(1), table_name: 'gold.a', to_round: 1n }] };
  return { kind: 'rows', rows: statement.startsWith("SELECT 'gold.a'") ? [{ table_name: 'gold.a', first: 1n }] : [] };
}

async function createReleases() {
  const ports = createFakePorts({ tables: [createTableContract('gold.a')], answer });
  const publish = (n: number) =>
    publishPassed(ports, { batch: toBatch(n), versions: { 'gold.a': n }, verdict, retainedTables: [] }, now);
  for (const n of [1, 2]) expect(await publish(n)).toMatchObject({ kind: 'published' });
  return { ports, publish };
}

it('keeps what readers see until somebody resumes the pipeline', async () => {
  const { ports, publish } = await createReleases();
  expect(await rollBackAndPause(ports, request, () => now)).toMatchObject({ kind: 'published' });
  expect(await publish(3)).toMatchObject({
    kind: 'paused',
    reason: expect.stringContaining(`Rolled back to '${release}'`),
  });
  expect((await ports.releases.get())?.state.current?.release).toBe(release);
  await ports.pipelineControl.setState({ state: 'running', actor: 'ann', reason: 'Mended.', at: now.toISOString() });
  expect(await publish(3)).toMatchObject({ kind: 'published' });
});

it.for<PipelineState>([
  { state: 'halted', actor: 'pipeline', reason: 'Five runs failed.', at: '2026-01-01T00:00:00.000Z' },
  { state: 'paused', actor: 'bob', reason: 'Lunch.', at: '2026-01-01T00:00:00.000Z', mayPublish: true },
])('leaves a pipeline that is $state as it was when there is no such release', async (state) => {
  const { ports } = await createReleases();
  await ports.pipelineControl.setState(state);
  const unknown = { ...request, release: `r-${toBatch(9)}` };
  expect(await rollBackAndPause(ports, unknown, () => now)).toMatchObject({ kind: 'rejected' });
  expect(await ports.pipelineControl.getState()).toEqual(state);
});

it('leaves alone what somebody else decides while it is being refused', async () => {
  const { ports } = await createReleases();
  const bob = { actor: 'bob', at: now.toISOString() };
  await ports.pipelineControl.setState({ ...bob, state: 'paused', reason: 'Lunch.' });
  const resumed: PipelineState = { ...bob, state: 'running', reason: 'Back.' };
  const sqlWarehouse = {
    query: async (): Promise<QueryResult> => {
      await ports.pipelineControl.setState(resumed);
      return { kind: 'rejected', reason: 'Version 3 is gone.' };
    },
  };
  expect(await rollBackAndPause({ ...ports, sqlWarehouse }, request, () => now)).toMatchObject({ kind: 'rejected' });
  expect(await ports.pipelineControl.getState()).toEqual(resumed);
});
