import { describe, expect, it } from 'vitest';
import { publishStreams } from '../../orchestrations/publish-streams.ts';
import { play } from '../support/play.ts';
import { batch, tuning } from '../support/samples.ts';

const passage = { outcome: 'passed', rules: 1, evaluated: 1, fingerprint: 'f' };
const blocked = {
  ...passage,
  outcome: 'blocked',
  violations: [{ rule: 'r', table: 'silver.users', action: 'block', failingRows: 3, reason: 'Wrong.' }],
};
const cut = {
  kind: 'cut',
  versions: { 'bronze.bpm': 4, 'silver.users': 2, 'gold.summary': 7 },
  batches: [batch],
  files: 2,
  datasets: ['bpm'],
};
const smooth = {
  setPublishing: () => ({}),
  readPace: () => tuning,
  judgeLayer: (_: { layer: string }): unknown => passage,
  publishRelease: (): unknown => ({ kind: 'published', release: 'r-1' }),
  finalizeFiles: () => ({ healed: [], freshness: { files: 2, stageSeconds: [] } }),
  recordRun: () => ({}),
};

/** The answer, and from then on that it is over. */
function once(...answers: unknown[]) {
  return (): unknown => answers.shift() ?? { kind: 'over' };
}

const runs = (inputs: Record<string, unknown>[]) => inputs.flatMap(({ recordRun }) => (recordRun ? [recordRun] : []));

describe('publishStreams', () => {
  it('judges all layers at versions that agree, publishes gold, and says how old the files were', () => {
    const { calls, inputs } = play(publishStreams, {}, { ...smooth, findConsistentCut: once(cut) });

    expect(calls.join(' ')).toBe(
      'announcePublishing readPace findCut judgeLayer judgeLayer judgeLayer publishRelease settleFiles recordRun timer findCut announcePublishing',
    );
    expect(inputs).toContainEqual({ judgeLayer: { batch, layer: 'silver', versions: cut.versions } });
    expect(runs(inputs)).toMatchObject([
      {
        outcome: 'published',
        release: 'r-1',
        batches: [batch],
        freshness: { files: 2 },
        layers: [
          { layer: 'bronze', versions: { 'bronze.bpm': 4 } },
          { layer: 'silver', versions: { 'silver.users': 2 } },
          { layer: 'gold', versions: { 'gold.summary': 7 } },
        ],
      },
    ]);
  });

  it('holds what is blocked, tells of it once, and goes on looking', () => {
    const judgeLayer = ({ layer }: { layer: string }) => (layer === 'silver' ? blocked : passage);
    const { calls, inputs } = play(
      publishStreams,
      {},
      { ...smooth, findConsistentCut: once(cut, cut, cut), judgeLayer },
    );

    expect(calls).not.toContain('publishRelease');
    expect(calls.filter((call) => call === 'judgeLayer')).toHaveLength(9);
    expect(runs(inputs)).toMatchObject([{ outcome: 'blocked', reason: expect.stringContaining('Wrong.') }]);
  });

  it('tells again of what is held when more is held with it', () => {
    const more = { ...cut, batches: [batch, batch], files: 3 };
    const { inputs } = play(
      publishStreams,
      {},
      { ...smooth, findConsistentCut: once(cut, more), judgeLayer: () => blocked },
    );
    expect(runs(inputs)).toMatchObject([{ files: 2 }, { files: 3 }]);
  });

  it('publishes under the same run what has healed', () => {
    const verdicts = [blocked, blocked, blocked, passage, passage, passage];
    const script = { ...smooth, findConsistentCut: once(cut, cut), judgeLayer: () => verdicts.shift() };
    const [retainedTables, healed] = runs(play(publishStreams, {}, script).inputs) as {
      batch: string;
      outcome: string;
    }[];

    expect([retainedTables?.outcome, healed?.outcome]).toEqual(['blocked', 'published']);
    expect(healed?.batch).toBe(retainedTables?.batch);
  });

  it('takes what is held along into its next generation', () => {
    const script = { ...smooth, findConsistentCut: () => cut, judgeLayer: () => blocked };
    const { continued } = play(publishStreams, {}, script);
    expect(continued).toMatchObject({ waiting: { batch, batches: 1 } });
    expect(runs(play(publishStreams, continued, script).inputs)).toEqual([]);
  });

  it('publishes what does not depend on a rule that holds some tables only', () => {
    const holding = {
      ...blocked,
      outcome: 'warned',
      violations: [{ ...blocked.violations[0], blocks: ['gold.summary'] }],
    };
    const { inputs } = play(publishStreams, {}, { ...smooth, findConsistentCut: once(cut), judgeLayer: () => holding });
    expect(inputs).toContainEqual({ publishRelease: expect.objectContaining({ retainedTables: ['gold.summary'] }) });
    expect(runs(inputs)).toMatchObject([
      { outcome: 'published', reason: expect.stringContaining('stay as they were') },
    ]);
  });

  it('records a release that was refused as failed, with the reason', () => {
    const publishRelease = () => ({ kind: 'rejected', reason: 'No right.' });
    const { inputs } = play(publishStreams, {}, { ...smooth, findConsistentCut: once(cut), publishRelease });
    expect(runs(inputs)).toMatchObject([{ outcome: 'failed', reason: 'No right.' }]);
  });

  it('does nothing while there is nothing new', () => {
    const { calls } = play(publishStreams, {}, { ...smooth, findConsistentCut: once({ kind: 'nothing', ahead: [] }) });
    expect(calls).not.toContain('judgeLayer');
  });

  const versions = { 'bronze.bpm': 4 };
  const ahead = { kind: 'nothing', ahead: [{ layer: 'bronze', versions }] };

  it('judges a layer while those above still work, once, and hands the verdict to the release', () => {
    const oneUnderway = { ...tuning, streams: { ...tuning.streams, maxInFlightManifests: 1 } };
    const script = { ...smooth, readPace: () => oneUnderway, findConsistentCut: once(ahead, ahead, cut) };
    const { calls, inputs } = play(publishStreams, {}, script);

    expect(calls.filter((call) => call === 'judgeLayer')).toHaveLength(4);
    expect(inputs).toContainEqual({ judgeLayer: { layer: 'bronze', versions } });
    const early = { versions, verdict: passage };
    const released = { layer: 'bronze', versions: cut.versions, early };
    expect(inputs).toContainEqual({ judgeLayer: expect.objectContaining(released) });
  });

  it('judges nothing early where layers go on before a release', () => {
    const { calls } = play(publishStreams, {}, { ...smooth, findConsistentCut: once(ahead) });
    expect(calls).not.toContain('judgeLayer');
  });
});
