import { against, type Figure } from '../figure.ts';
import { expectSame, Lakehouse, withFolder } from '../lakehouse.ts';
import { peer } from '../peers/peer.ts';
import { writeWorld } from '../world.ts';

interface Volume {
  readonly name: string;
  readonly people: number;
  readonly readings: number;
  /** How many times faster than the known pipeline we want to be. */
  readonly goal?: number;
  /** How many times as long as the bound it may take. */
  readonly bound?: number;
}

/** Measures of their own, since each takes ten times as long as the one before. */
export const volumes = {
  'readings-100k': () => volume({ name: '100,000 readings', people: 100, readings: 100_000 }),
  'readings-1m': () => volume({ name: '1 million readings', people: 1000, readings: 1_000_000, goal: 4 }),
  'readings-5m': () => volume({ name: '5 million readings', people: 1000, readings: 5_000_000, goal: 5, bound: 15 }),
};

/** From landing files until readers see them, in a lakehouse that has just been started; each peer afterwards. */
async function volume({ bound, goal, name, ...size }: Volume): Promise<Figure[]> {
  return withFolder(async (folder) => {
    const files = await writeWorld(folder, size);
    const { gold, ours, run } = await built(folder, files);
    const [known, duckdb] = [await peer('known_pipeline', folder), await peer('duckdb_gold', folder)];
    expectSame(gold, duckdb.gold);
    const [theirs = 0] = known.seconds;
    const [least = 0] = duckdb.seconds;
    const within = bound && { goal: { says: `within ${bound} times`, isMet: ours / least <= bound } };
    console.error(`${name}: ${run?.layers.map(stage).join(', ')}`);
    return [
      against(`${name}, cold`, ours, ['known pipeline, tuned', theirs], goal),
      { ...against(`${name}, cold, against the bound`, ours, ['DuckDB', least]), ...within },
    ];
  });
}

/** The lakehouse is gone before a peer begins: they would share the machine. */
async function built(folder: string, files: readonly string[]) {
  const lakehouse = await Lakehouse.start();
  try {
    const ours = await lakehouse.secondsFor(folder, files);
    const [run] = await lakehouse.cloud.runs();
    return { ours, run, gold: await lakehouse.gold() };
  } finally {
    await lakehouse.discard();
  }
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
