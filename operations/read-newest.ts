import type { Ports } from '../medallion/ports/index.ts';

/** The newest file that a job has left in a folder, as JSON; `undefined` if there is none. */
export async function readNewest({ lake }: Pick<Ports, 'lake'>, folder: string): Promise<unknown> {
  for (const path of (await lake.listRecords(folder)).toReversed()) {
    const content = parseWhole(await lake.readRecord(path));
    if (content !== undefined) return content;
  }
  return undefined;
}

/** On a plain disk a file can be seen while it is written; it counts from when it is whole. On a volume it cannot. */
function parseWhole(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
