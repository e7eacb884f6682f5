import { writeDataset } from '../dataset.ts';
import { compare, type Figure } from '../figure.ts';
import { Lakehouse, requireSameGold, useTemporaryFolder } from '../lakehouse.ts';
import { runPeer } from '../peers/peer.ts';

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
  'readings-100k': () => measureVolume({ name: '100,000 readings', people: 100, readings: 100_000 }),
  'readings-1m': () => measureVolume({ name: '1 million readings', people: 1000, readings: 1_000_000, goal: 1.5 }),
  'readings-5m': () =>
    measureVolume({ name: '5 million readings', people: 1000, readings: 5_000_000, goal: 1.8, bound: 20 }),
};

/** From landing files until readers see them, in a lakehouse that has just been started; each peer afterwards. */
async function measureVolume({ bound, goal, name, ...size }: Volume): Promise<Figure[]> {
  return useTemporaryFolder(async (folder) => {
    const files = await writeDataset(folder, size);
    const { gold, ours, run } = await measureOurs(folder, files);
    const pipeline = await runPeer('known_pipeline', folder);
    const declarative = await runPeer('declarative_pipeline', folder);
    const duckdb = await runPeer('duckdb_gold', folder);
    requireSameGold(gold, duckdb.gold);
    requireSameGold(declarative.gold, duckdb.gold);
    const [pipelineSeconds = 0] = pipeline.seconds;
    const [declarativeSeconds = 0] = declarative.seconds;
    const [duckdbSeconds = 0] = duckdb.seconds;
    const within = bound && { goal: { text: `within ${bound} times`, isMet: ours / duckdbSeconds <= bound } };
    console.error(`${name}: ${run?.layers.map(formatStage).join(', ')}`);
    return [
      compare(`${name}, cold`, ours, ['known pipeline, tuned', pipelineSeconds], goal),
      compare(`${name}, cold`, ours, ['Spark Declarative Pipelines', declarativeSeconds]),
      { ...compare(`${name}, cold, against the bound`, ours, ['DuckDB', duckdbSeconds]), ...within },
    ];
  });
}

/** The lakehouse is gone before a peer begins: they would share the machine. */
async function measureOurs(folder: string, files: readonly string[]) {
  const lakehouse = await Lakehouse.start();
  try {
    const ours = await lakehouse.measureLanding(folder, files);
    const [run] = await lakehouse.stack.listRuns();
    return { ours, run, gold: await lakehouse.readGoldSums() };
  } finally {
    await lakehouse.dismiss();
  }
}

const formatStage = ({
  endedAt = '',
  layer,
  startedAt,
}: {
  layer: string;
  startedAt: string;
  endedAt?: string | undefined;
}) => `${layer} ${((Date.parse(endedAt) - Date.parse(startedAt)) / 1000).toFixed(1)} s`;
