import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { set1 } from '../../cli/demo/set-1.ts';
import { writeDataset } from '../dataset.ts';
import { compare, type Figure } from '../figure.ts';
import { root } from '../harness/running-stack.ts';
import { Lakehouse, useTemporaryFolder } from '../lakehouse.ts';
import { runPeer } from '../peers/peer.ts';

/** The reference's set 1: 253,801 readings and few of everything else; gates are included. */
export async function measureSet1(): Promise<Figure[]> {
  return useTemporaryFolder(async (folder) => {
    const demo = set1(root);
    for (const { content, path: file } of demo) {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(folder, file), content());
    }
    const files = demo.map(({ path: file }) => file);
    const cold = await measureOnce(folder, files);
    const warm = await measureOnce(folder, files, warmUp);
    const { seconds } = await runPeer('known_pipeline', folder, 2);
    const [first = 0, second = 0] = seconds;
    return [
      compare('set 1, landed to published, cold', cold, ['known pipeline, cold', first], 5),
      compare('set 1, landed to published, warm', warm, ['known pipeline, cold', first], 15),
      compare('the same', warm, ['known pipeline, warm', second]),
    ];
  });
}

async function measureOnce(folder: string, files: readonly string[], before?: (lakehouse: Lakehouse) => Promise<void>) {
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
