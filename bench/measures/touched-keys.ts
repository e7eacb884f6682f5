import { type Figure, formatSeconds } from '../figure.ts';
import { runScript } from '../peers/peer.ts';

const maxRatio = 1.5;

/** What a file costs that touches a few more keys than are listed, beside one that touches a few less. */
export async function measureTouchedKeys(): Promise<Figure[]> {
  const seconds = await runScript<Record<string, number>>('../harness/spark/touched_keys');
  const [[fewer = '', listed = 0] = [], [more = '', joined = 0] = []] = Object.entries(seconds);
  const ratio = joined / listed;
  return [
    {
      what: `silver and gold after ${more} touched keys, processor seconds`,
      ours: formatSeconds(joined),
      peer: `${fewer} keys: ${formatSeconds(listed)}`,
      ratio: `${ratio.toFixed(2)} times as much`,
      goal: { text: `at most ${maxRatio} times`, isMet: ratio <= maxRatio },
    },
  ];
}
