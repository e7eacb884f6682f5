import { landFile, landingZone } from './landing-zone.ts';
import type { SampleFile } from './samples.ts';

/** Lands what is not there yet, in full; after a kill in the middle, only the rest. */
export async function landSamples(
  home: string,
  lake: { lake: string },
  samples: readonly SampleFile[],
): Promise<number> {
  const zone = landingZone(home, lake);
  let landed = 0;
  for (const { content, path } of samples) {
    if ((await findLength(zone, path)) === content.length) continue;
    await landFile(zone, path, content);
    landed++;
  }
  return landed;
}

async function findLength(zone: ReturnType<typeof landingZone>, path: string): Promise<number | undefined> {
  const client = zone.getFileClient(path);
  return (await client.exists()) ? (await client.getProperties()).contentLength : undefined;
}
