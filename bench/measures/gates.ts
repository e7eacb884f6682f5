import { against, type Figure, inSeconds } from '../figure.ts';
import { script } from '../peers/peer.ts';

const readings = 1_000_000;

/** The gates of all layers on a batch of a million readings, and the same rules asked by Great Expectations. */
export async function gates(): Promise<Figure[]> {
  const told = await script<{ gate: number; jobs: number; peer: number; rules: number }>('gates', `${readings}`);
  const { gate, jobs, peer, rules } = told;
  const share = gate / (gate + jobs);
  return [
    against(`gates of three layers, ${rules} rules, 1 million readings`, gate, ['Great Expectations', peer], 2),
    {
      what: 'the same, as a share of the batch',
      ours: `${(share * 100).toFixed(1)} %`,
      peer: `jobs: ${inSeconds(jobs)}`,
      goal: { says: 'at most 10 %', isMet: share <= 0.1 },
    },
  ];
}
