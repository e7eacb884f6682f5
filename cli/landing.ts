import type { DemoFile } from './demo/set-1.ts';
import { landFile, landingZone } from './landing-zone.ts';

/** Lands what is not there yet, in full; after a kill in the middle, only the rest. */
export async function landDemo(home: string, lake: { lake: string }, files: readonly DemoFile[]): Promise<number> {
  const zone = landingZone(home, lake);
  // Made before the first one lands, so that they arrive together, as from an export.
  const contents = files.map(({ content, path }) => ({ path, content: content() }));
  let landed = 0;
  for (const { content, path } of contents) {
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
