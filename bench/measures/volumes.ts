import { against, type Figure } from '../figure.ts';
import { expectSame, Lakehouse, withFolder } from '../lakehouse.ts';
import { peer } from '../peers/peer.ts';
import { writeWorld } from '../world.ts';

const sizes = [
  { name: '100,000 readings', people: 100, readings: 100_000 },
  { name: '1 million readings', people: 1000, readings: 1_000_000, goal: 4 },
  { name: '5 million readings', people: 1000, readings: 5_000_000, goal: 5, bound: 15 },
];

/** From landing files until readers see them, in a lakehouse that has just been started; each peer afterwards. */
export async function volumes(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { bound, goal, name, ...size } of sizes) {
    await withFolder(async (folder) => {
      const files = await writeWorld(folder, size);
      const lakehouse = await Lakehouse.start();
      const ours = await lakehouse.secondsFor(folder, files);
      const gold = await lakehouse.gold();
      const [run] = await lakehouse.cloud.runs();
      await lakehouse.discard();
      const [known, duckdb] = [await peer('known_pipeline', folder), await peer('duckdb_gold', folder)];
      expectSame(gold, duckdb.gold);
      const [theirs = 0] = known.seconds;
      const [least = 0] = duckdb.seconds;
      figures.push(
        against(`${name}, cold`, ours, ['known pipeline, tuned', theirs], goal),
        against(`${name}, cold, against the bound`, ours, ['DuckDB', least]),
      );
      const last = figures.at(-1);
      if (last && bound !== undefined) {
        const goal = { says: `within ${bound} times`, isMet: ours / least <= bound };
        figures.splice(-1, 1, { ...last, goal });
      }
      console.error(`${name}: ${run?.layers.map(stage).join(', ')}`);
    });
  }
  return figures;
}

const stage = ({
  endedAt = '',
  layer,
  startedAt,
}: {
  layer: string;
  startedAt: string;
  endedAt?: string | undefined;
}) => `${layer} ${((Date.parse(endedAt) - Date.parse(startedAt)) / 1000).toFixed(1)} s`;
