import { type Figure, inSeconds } from '../figure.ts';
import { Lakehouse } from '../lakehouse.ts';

const files = 500;
const lanes = 16;

/** Small files from many writers at once. */
export async function burst(): Promise<Figure[]> {
  const lakehouse = await Lakehouse.start();
  try {
    const paths = Array.from({ length: files }, (_, n) => `gym_logins/part-${n}.csv`);
    const began = Date.now();
    const put = Array.from({ length: lanes }, async (_, lane) => {
      for (let n = lane; n < files; n += lanes) {
        const mac = `02:00:00:01:${(n >> 8).toString(16).padStart(2, '0')}:${(n & 255).toString(16).padStart(2, '0')}`;
        const line = `${mac},1,1704067200,1704070800`;
        await lakehouse.cloud.land(paths[n] ?? '', `mac_address,gym,login,logout\n${line}\n`);
      }
    });
    await Promise.all(put);
    const written = (Date.now() - began) / 1000;
    const found = await lakehouse.published(paths);
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
