import { describe, expect, it } from 'vitest';
import { publishStreams } from '../../orchestrations/publish-streams.ts';
import { play } from '../support/play.ts';
import { batch, continuous, tuning } from '../support/samples.ts';

const passage = { outcome: 'passed', rules: 1, evaluated: 1, fingerprint: 'f' };
const blocked = {
  ...passage,
  outcome: 'blocked',
  violations: [{ rule: 'r', table: 'silver.users', action: 'block', failingRows: 3, reason: 'Wrong.' }],
};
const cut = {
  kind: 'cut',
  versions: { 'landed.bpm': 4, 'silver.users': 2, 'gold.summary': 7 },
  batches: [batch],
  files: 2,
  datasets: ['bpm'],
};
const smooth = {
  setPublishing: () => ({}),
  readSettings: (): unknown => ({ tuning, modes: continuous, isPublishing: true }),
  judgeLayer: (_: { layer: string }): unknown => passage,
  publishRelease: (): unknown => ({ kind: 'published', release: 'r-1' }),
  finalizeFiles: () => ({ freshness: { files: 2, samples: [] }, toldBatches: [batch] }),
  recordRun: () => ({ isCancelled: false }),
};

/** These results, and from then on that it is over. */
function createCuts(...answers: unknown[]) {
  return (): unknown => answers.shift() ?? { kind: 'over' };
}

const listRuns = (inputs: Record<string, unknown>[]) =>
  inputs.flatMap(({ recordRun }) => (recordRun ? [recordRun] : []));

describe('publishStreams', () => {
  it('judges all layers at versions that agree, publishes gold, and says how old the files were', () => {
    const { calls, inputs } = play(publishStreams, {}, { ...smooth, findConsistentCut: createCuts(cut) });

    expect(calls.join(' ')).toBe(
      'setPublishing readSettings findConsistentCut judgeLayer judgeLayer judgeLayer publishRelease finalizeFiles recordRun timer findConsistentCut setPublishing',
    );
    expect(inputs).toContainEqual({ judgeLayer: { batch, layer: 'silver', versions: cut.versions } });
    expect(listRuns(inputs)).toMatchObject([
      {
        outcome: 'published',
        release: 'r-1',
        batches: [batch],
        toldBatches: [batch],
        freshness: { files: 2 },
        layers: [
          { layer: 'bronze', versions: { 'landed.bpm': 4 } },
          { layer: 'silver', versions: { 'silver.users': 2 } },
          { layer: 'gold', versions: { 'gold.summary': 7 } },
        ],
      },
    ]);
  });

  it('publishes nothing that is blocked, records it once, and goes on looking', () => {
    const judgeLayer = ({ layer }: { layer: string }) => (layer === 'silver' ? blocked : passage);
    const { calls, inputs } = play(
      publishStreams,
      {},
      { ...smooth, findConsistentCut: createCuts(cut, cut, cut), judgeLayer },
    );

    expect(calls).not.toContain('publishRelease');
    expect(calls.filter((call) => call === 'judgeLayer')).toHaveLength(9);
    expect(listRuns(inputs)).toMatchObject([{ outcome: 'blocked', reason: expect.stringContaining('Wrong.') }]);
  });

  it('records again what is blocked when more is blocked with it', () => {
    const more = { ...cut, batches: [batch, batch], files: 3 };
    const { inputs } = play(
      publishStreams,
      {},
      { ...smooth, findConsistentCut: createCuts(cut, more), judgeLayer: () => blocked },
    );
    expect(listRuns(inputs)).toMatchObject([{ files: 2 }, { files: 3 }]);
  });

  it('publishes under the same run what has healed', () => {
    const verdicts = [blocked, blocked, blocked, passage, passage, passage];
    const script = { ...smooth, findConsistentCut: createCuts(cut, cut), judgeLayer: () => verdicts.shift() };
    const [first, second] = listRuns(play(publishStreams, {}, script).inputs) as {
      batch: string;
      outcome: string;
    }[];

    expect([first?.outcome, second?.outcome]).toEqual(['blocked', 'published']);
    expect(second?.batch).toBe(first?.batch);
  });

  it('takes what is blocked along into its next generation', () => {
    const script = { ...smooth, findConsistentCut: () => cut, judgeLayer: () => blocked };
    const { continued } = play(publishStreams, {}, script);
    expect(continued).toMatchObject({ waiting: { batch, batches: 1 } });
    expect(listRuns(play(publishStreams, continued, script).inputs)).toEqual([]);
  });

  it('goes on with the run that the publisher before has left, and records nothing that was said', () => {
    const script = { ...smooth, findConsistentCut: createCuts(cut, cut), judgeLayer: () => blocked };
    const [run] = listRuns(play(publishStreams, {}, script).inputs) as { reason: string }[];
    const waiting = { batch: `${batch.slice(0, -1)}f`, startedAt: '2026-01-01T00:00:00.000Z', batches: 1 };
    const left = { ...waiting, reason: run?.reason };
    const again = { ...script, findConsistentCut: createCuts(cut), setPublishing: () => ({ waiting: left }) };
    expect(listRuns(play(publishStreams, {}, again).inputs)).toEqual([]);
    const healed = { ...again, findConsistentCut: createCuts(cut), judgeLayer: () => passage };
    expect(listRuns(play(publishStreams, {}, healed).inputs)).toMatchObject([
      { batch: waiting.batch, startedAt: waiting.startedAt, outcome: 'published' },
    ]);
  });

  it('publishes what does not depend on a rule that blocks some tables only', () => {
    const retaining = {
      ...blocked,
      outcome: 'warned',
      violations: [{ ...blocked.violations[0], blocks: ['gold.summary'] }],
    };
    const wider = { ...cut, versions: { ...cut.versions, 'gold.other': 7 } };
    const { inputs } = play(
      publishStreams,
      {},
      { ...smooth, findConsistentCut: createCuts(wider), judgeLayer: () => retaining },
    );
    expect(inputs).toContainEqual({ publishRelease: expect.objectContaining({ retainedTables: ['gold.summary'] }) });
    expect(listRuns(inputs)).toMatchObject([
      { outcome: 'published', reason: expect.stringContaining('stay as they were') },
    ]);
  });

  it('is blocked where rules block every table', () => {
    const all = { ...blocked, outcome: 'warned', violations: [{ ...blocked.violations[0], blocks: ['gold.summary'] }] };
    const { calls, inputs } = play(
      publishStreams,
      {},
      { ...smooth, findConsistentCut: createCuts(cut), judgeLayer: () => all },
    );
    expect(calls).not.toContain('publishRelease');
    expect(listRuns(inputs)).toMatchObject([{ outcome: 'blocked', reason: expect.stringContaining('Wrong.') }]);
  });

  it.for([
    { kind: 'busy', holder: 'r-0' },
    { kind: 'paused', reason: 'Paused.' },
    { kind: 'blocked', reason: 'A file is excluded.' },
  ])('looks again where it may not publish now: $kind', (answer) => {
    const answers = [answer, { kind: 'published', release: 'r-1' }];
    const publishRelease = () => answers.shift();
    const { inputs } = play(publishStreams, {}, { ...smooth, findConsistentCut: createCuts(cut, cut), publishRelease });
    expect(listRuns(inputs)).toMatchObject([{ outcome: 'published' }]);
  });

  it('waits and says why where rules block every table that has moved', () => {
    const some = { ...blocked, outcome: 'warned', violations: [{ ...blocked.violations[0], blocks: ['gold.other'] }] };
    const { inputs } = play(
      publishStreams,
      {},
      {
        ...smooth,
        findConsistentCut: createCuts(cut),
        judgeLayer: () => some,
        publishRelease: () => ({ kind: 'retained' }),
      },
    );
    expect(listRuns(inputs)).toMatchObject([{ outcome: 'blocked', reason: expect.stringContaining('Wrong.') }]);
  });

  it('records a release that was rejected as failed, with the reason', () => {
    const publishRelease = () => ({ kind: 'rejected', reason: 'No right.' });
    const { inputs } = play(publishStreams, {}, { ...smooth, findConsistentCut: createCuts(cut), publishRelease });
    expect(listRuns(inputs)).toMatchObject([{ outcome: 'failed', reason: 'No right.' }]);
  });

  it('does nothing while there is nothing new', () => {
    const { calls } = play(publishStreams, {}, { ...smooth, findConsistentCut: createCuts({ kind: 'nothing' }) });
    expect(calls).not.toContain('judgeLayer');
  });

  it('logs how each release ended, and what is blocked once', () => {
    const published = play(publishStreams, {}, { ...smooth, findConsistentCut: createCuts(cut) });
    const judged = (outcome: string) => ({ event: 'layer.judged', outcome });
    expect(published.logged).toMatchObject([
      judged('passed'),
      judged('passed'),
      judged('passed'),
      { event: 'run.ended', outcome: 'published', release: 'r-1' },
    ]);
    const script = { ...smooth, findConsistentCut: createCuts(cut, cut), judgeLayer: () => blocked };
    expect(play(publishStreams, {}, script).logged.at(-1)).toMatchObject({ event: 'run.ended', outcome: 'blocked' });
  });

  it('reads its settings anew in each generation, and carries none along', () => {
    const script = { ...smooth, findConsistentCut: () => ({ kind: 'nothing' }) };
    const { calls, continued } = play(publishStreams, {}, script);
    expect(calls.filter((call) => call === 'readSettings')).toHaveLength(1);
    expect(continued).toEqual({});
  });
});
