import { describe, expect, it } from 'vitest';
import { toSavedPlan } from '../../medallion/reprocessing/plan.ts';
import type { PipelineState } from '../../medallion/runs/pipeline-state.ts';
import { chooseNextWork } from '../../operations/intake/choose-next-work.ts';
import { excludeFile } from '../../operations/intake/decide-file.ts';
import { registerFile } from '../../operations/intake/register-file.ts';
import { findConsistentCut } from '../../operations/releases/find-consistent-cut.ts';
import { publishPassed } from '../../operations/releases/publish-passed.ts';
import { rollBack } from '../../operations/releases/roll-back.ts';
import { executePlan } from '../../operations/reprocessing/execute-plan.ts';
import { getProperties } from '../support/a-file.ts';
import { aLanding } from '../support/a-landing.ts';
import { aPlan } from '../support/a-plan.ts';
import { toBatch, toTime } from '../support/batches.ts';
import { createFakePorts, createTableContract, type FakePorts } from '../support/fake-ports.ts';
import { registerFiles } from '../support/register-files.ts';
import { continuous, triggered } from '../support/samples.ts';

const batch = toBatch(50);
const now = new Date('2026-01-01T01:00:00Z');
const verdict = { outcome: 'passed' as const, rules: 0, evaluated: 0, fingerprint: 'f' };
const decision = { actor: 'ann', reason: 'So.' };

const toProgress = (layer: string, entry: object) => ({
  [`progress/${layer}/00000001.json`]: JSON.stringify({ layer, entries: [{ at: toTime(0), ...entry }] }),
});
const built = {
  ...toProgress('bronze', { versions: { 'bronze.bpm': 4 } }),
  ...toProgress('silver', { versions: { 'silver.users': 2 }, read: { 'bronze.bpm': 4 } }),
  ...toProgress('gold', { versions: { 'gold.a': 7 }, read: { 'silver.users': 2 } }),
};

/** What there is to do: a file that waits, a release of before, and a newer one that has passed. */
async function createPorts(state: PipelineState['state'], modes: FakePorts['modes']): Promise<FakePorts> {
  const ports = createFakePorts({
    datasets: [aLanding('gym_logins')],
    tables: [createTableContract('gold.a')],
    texts: built,
    modes,
    // One row for everything that is asked: the release of before, and from which round on changes are kept.
    answer: () => ({
      kind: 'rows',
      rows: [{ number: 1, batch: toBatch(1), table_name: 'gold.a', to_round: 5n, first: 1n }],
    }),
  });
  await registerFiles(ports, [{ path: 'gym_logins/a' }]);
  await ports.releases.replace(undefined, {
    number: 1,
    rounds: { 'gold.a': 6 },
    current: { release: 'r-1', publishedAs: 'r-1', publishedAt: toTime(1) },
  });
  if (state !== 'running') await ports.pipelineControl.setState({ state, ...decision, at: now.toISOString() });
  return ports;
}

const publishNewer = (ports: FakePorts) =>
  publishPassed(ports, { batch, versions: { 'gold.a': 7 }, verdict, retainedTables: [] }, now);

const getRounds = async ({ releases }: FakePorts) => (await releases.get())?.state.rounds;

/** What happens in a state: whether new work begins, and whether what has passed is published. */
const expected = [
  ['running', 'formed', 'published', 7],
  ['paused', 'closed', 'paused', 6],
  ['halted', 'closed', 'published', 7],
] as const;
const modes = { triggered, continuous };

describe.each(Object.keys(modes) as (keyof typeof modes)[])('where all layers are %s', (mode) => {
  describe.each(expected)('a pipeline that is %s', (state, work, result, round) => {
    const open = () => createPorts(state, modes[mode]);
    const limits = { batch, maxFiles: 10, ...(mode === 'continuous' ? { maxInFlight: 2 } : {}) };

    it('registers files', async () => {
      const ports = await open();
      const landed = getProperties({ ...(await registerFiles(ports, [{ path: 'gym_logins/b' }]))[0] } as never);
      const lake = { ...ports.lake, getProperties: async () => ({ ...landed, etag: '0x2' }) };
      expect(await registerFile({ ...ports, lake }, 'gym_logins/b')).toMatchObject({ kind: 'new' });
    });

    it(`lets new batches begin: ${work}`, async () => {
      expect(await chooseNextWork(await open(), limits)).toMatchObject({ kind: work });
    });

    it(`publishes what has passed: ${result}`, async () => {
      const ports = await open();
      expect(await publishNewer(ports)).toMatchObject({ kind: result });
      expect(await getRounds(ports)).toEqual({ 'gold.a': round });
      // Whatever readers see is written by statements.
      expect(ports.statements.length > 0).toBe(result === 'published');
    });

    it('can be rolled back', async () => {
      const ports = await open();
      const request = { release: 'r-0', publishedAs: 'r-0-again', ...decision };
      expect(await rollBack(ports, request, now)).toMatchObject({ kind: 'published' });
    });

    it('keeps files out', async () => {
      const ports = await open();
      const [file] = await ports.queue.next(1);
      if (file) await excludeFile(ports, file, 'Wrong.');
      expect((await ports.queue.next(10)).map(({ status }) => status)).toEqual(['excluded']);
      expect(await publishNewer(ports)).toMatchObject({ kind: state === 'paused' ? 'paused' : 'blocked' });
    });
  });
});

describe('plans', () => {
  it.for(['running', 'paused', 'halted'] as const)('wait until the pipeline runs: %s', async (state) => {
    const ports = await createPorts(state, triggered);
    const saved = toSavedPlan(aPlan({ createdAt: now.toISOString(), expiresAt: '2026-01-02T00:00:00.000Z' }));
    expect(await executePlan(ports, saved, decision, now)).toMatchObject({ state: 'queued' });
    const kind = state === 'running' ? 'planned' : 'closed';
    expect(await chooseNextWork(ports, { batch, maxFiles: 10 })).toMatchObject({ kind });
  });
});

describe('a cut of streams', () => {
  it.for(['running', 'paused', 'halted'] as const)('is found and judged in any state: %s', async (state) => {
    const ports = await createPorts(state, continuous);
    expect(await findConsistentCut(ports)).toMatchObject({ kind: 'nothing' });
    await ports.unreleasedBatches.save({ batch: toBatch(2), files: 1, datasets: ['bpm'] });
    await ports.unreleasedBatches.recordVersions(toBatch(2), { 'bronze.bpm': 4 });
    expect(await findConsistentCut(ports)).toMatchObject({ kind: 'cut', batches: [toBatch(2)] });
  });
});
