import { type Figure, formatSeconds } from '../figure.ts';
import { runScript } from '../peers/peer.ts';

const readings = 1_000_000;
const maxSeconds = 9;

/** What the script prints: processor seconds of the first load, and of later ones. */
interface BronzeSeconds {
  readonly cold: number;
  readonly warm: number;
}

/** Processor seconds, since they say more than a clock about a machine that does other work too. */
export async function measureBronze(): Promise<Figure[]> {
  const { cold, warm } = await runScript<BronzeSeconds>('../harness/spark/bronze_load', `${readings}`);
  const goal = { text: `at most ${maxSeconds} s`, isMet: warm <= maxSeconds };
  return [
    { what: 'bronze, processor seconds per million lines, cold', ours: formatSeconds(cold) },
    { what: 'the same, warm', ours: formatSeconds(warm), goal },
  ];
}
