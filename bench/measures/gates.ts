import { compare, type Figure, formatSeconds } from '../figure.ts';
import { runScript } from '../peers/peer.ts';

const readings = 1_000_000;

/** What the script prints: seconds, and the number of rules. */
interface GateSeconds {
  readonly gate: number;
  readonly jobs: number;
  readonly peer: number;
  readonly rules: number;
}

/** The gates of all layers on a batch of a million readings, and the same rules run by Great Expectations. */
export async function measureGates(): Promise<Figure[]> {
  const { gate, jobs, peer, rules } = await runScript<GateSeconds>('gates', `${readings}`);
  const share = gate / (gate + jobs);
  return [
    compare(`gates of three layers, ${rules} rules, 1 million readings`, gate, ['Great Expectations', peer], 2),
    {
      what: 'the same, as a share of the batch',
      ours: `${(share * 100).toFixed(1)} %`,
      peer: `jobs: ${formatSeconds(jobs)}`,
      goal: { text: 'at most 10 %', isMet: share <= 0.1 },
    },
  ];
}
