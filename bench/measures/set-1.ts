import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { set1 } from '../../cli/demo/set-1.ts';
import { against, type Figure } from '../figure.ts';
import { root } from '../harness/running-stack.ts';
import { Lakehouse, withFolder } from '../lakehouse.ts';
import { peer } from '../peers/peer.ts';
import { writeWorld } from '../world.ts';

/** The reference's set 1: 253,801 readings and few of everything else; gates are included. */
export async function setOne(): Promise<Figure[]> {
  return withFolder(async (folder) => {
    const demo = set1(root);
    for (const { content, path: file } of demo) {
      mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(folder, file), content());
    }
    const files = demo.map(({ path: file }) => file);
    const cold = await once(folder, files);
    const warm = await once(folder, files, warmUp);
    const { seconds } = await peer('known_pipeline', folder, 2);
    const [first = 0, second = 0] = seconds;
    return [
      against('set 1, landed to published, cold', cold, ['known pipeline, cold', first], 5),
      against('set 1, landed to published, warm', warm, ['known pipeline, cold', first], 15),
      against('the same', warm, ['known pipeline, warm', second]),
    ];
  });
}

async function once(folder: string, files: readonly string[], before?: (lakehouse: Lakehouse) => Promise<void>) {
  const lakehouse = await Lakehouse.start();
  try {
    await before?.(lakehouse);
    return await lakehouse.secondsFor(folder, files);
  } finally {
    await lakehouse.discard();
  }
}

const warmUp = (lakehouse: Lakehouse) =>
  withFolder(async (folder) => {
    for (const from of [1, 11, 21]) {
      await lakehouse.secondsFor(folder, await writeWorld(folder, { people: 10, readings: 50_000, from }));
    }
  });
