import { type Figure, inSeconds } from '../figure.ts';
import { Lakehouse } from '../lakehouse.ts';
import { loginsOf } from '../world.ts';

const files = 500;

/** Small files from many writers at once. */
export async function burst(): Promise<Figure[]> {
  const lakehouse = await Lakehouse.start();
  try {
    const all = Array.from({ length: files }, (_, n) => loginsOf(n, 1));
    const began = Date.now();
    await lakehouse.landSideBySide(all);
    const written = (Date.now() - began) / 1000;
    const found = await lakehouse.published(all.map(({ path }) => path));
    const registered = (Math.max(...found.map(({ registeredAt }) => Date.parse(registeredAt))) - began) / 1000;
    const published = (Math.max(...found.map(({ publishedAt }) => Date.parse(publishedAt ?? ''))) - began) / 1000;
    const runs = (await lakehouse.cloud.runs()).length;
    return [
      {
        what: `a burst of ${files} files, the first one sent to the last one registered`,
        ours: inSeconds(registered),
        peer: `writing them: ${inSeconds(written)}`,
        ratio: `${(registered / written).toFixed(2)} times as long`,
        goal: { says: 'within 2.5 s', isMet: registered <= 2.5 },
      },
      { what: 'the same, until readers see all of it', ours: `${inSeconds(published)}, ${runs} run(s)` },
    ];
  } finally {
    await lakehouse.discard();
  }
}
