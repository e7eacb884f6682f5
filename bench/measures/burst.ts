import { createLoginsFile } from '../dataset.ts';
import { type Figure, formatSeconds } from '../figure.ts';
import { Lakehouse } from '../lakehouse.ts';

const files = 500;

/** Small files from many writers at once. */
export async function measureBurst(): Promise<Figure[]> {
  const lakehouse = await Lakehouse.start();
  try {
    const all = Array.from({ length: files }, (_, n) => createLoginsFile(n, 1));
    const began = Date.now();
    await lakehouse.landConcurrently(all);
    const writtenSeconds = (Date.now() - began) / 1000;
    const published = await lakehouse.waitUntilPublished(all.map(({ path }) => path));
    const registeredSeconds =
      (Math.max(...published.map(({ registeredAt }) => Date.parse(registeredAt))) - began) / 1000;
    const publishedSeconds =
      (Math.max(...published.map(({ publishedAt }) => Date.parse(publishedAt ?? ''))) - began) / 1000;
    const runs = (await lakehouse.stack.listRuns()).length;
    return [
      {
        what: `a burst of ${files} files, the first one sent to the last one registered`,
        ours: formatSeconds(registeredSeconds),
        peer: `writing them: ${formatSeconds(writtenSeconds)}`,
        ratio: `${(registeredSeconds / writtenSeconds).toFixed(2)} times as long`,
        goal: { text: 'within 2.5 s', isMet: registeredSeconds <= 2.5 },
      },
      { what: 'the same, until readers see all of it', ours: `${formatSeconds(publishedSeconds)}, ${runs} run(s)` },
    ];
  } finally {
    await lakehouse.dismiss();
  }
}
