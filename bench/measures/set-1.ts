import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readSamples } from '../../cli/samples.ts';
import { writeDataset } from '../dataset.ts';
import { compare, type Figure } from '../figure.ts';
import { root } from '../harness/running-stack.ts';
import { Lakehouse, useTemporaryFolder } from '../lakehouse.ts';
import { runPeer } from '../peers/peer.ts';

/** The reference's set 1: 253,801 readings and few of everything else; gates are included. */
export async function measureSet1(): Promise<Figure[]> {
  return useTemporaryFolder(async (folder) => {
    const files = writeSet1(folder);
    const cold = await measureOnce(folder, files);
    const warm = await measureOnce(folder, files, warmUp);
    const { seconds } = await runPeer('known_pipeline', folder, 2);
    const [first = 0, second = 0] = seconds;
    const declarative = await runPeer('declarative_pipeline', folder, 2);
    const [declarativeFirst = 0, declarativeSecond = 0] = declarative.seconds;
    return [
      compare('set 1, landed to published, cold', cold, ['known pipeline, cold', first], 1.3),
      compare('set 1, landed to published, warm', warm, ['known pipeline, warm', second], 2),
      compare('set 1, cold', cold, ['Spark Declarative Pipelines, cold', declarativeFirst]),
      compare('set 1, warm', warm, ['Spark Declarative Pipelines, warm', declarativeSecond]),
    ];
  });
}

/** Writes the files of set 1 into a folder, and answers with their paths in the landing zone. */
export function writeSet1(folder: string): string[] {
  return readSamples(path.join(root, 'projects/fitness')).map(({ content, path: file }) => {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
    return file;
  });
}

/** Seconds from landing to published, in a stack of its own. */
export async function measureOnce(
  folder: string,
  files: readonly string[],
  before?: (lakehouse: Lakehouse) => Promise<void>,
): Promise<number> {
  const lakehouse = await Lakehouse.start();
  try {
    await before?.(lakehouse);
    return await lakehouse.measureLanding(folder, files);
  } finally {
    await lakehouse.dismiss();
  }
}

const warmUp = (lakehouse: Lakehouse) =>
  useTemporaryFolder(async (folder) => {
    for (const from of [1, 11, 21]) {
      await lakehouse.measureLanding(folder, await writeDataset(folder, { people: 10, readings: 50_000, from }));
    }
  });
