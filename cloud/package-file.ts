import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const Package = z.object({ version: z.string().min(1) });

/** The version of what runs. A build writes its commit behind it, the same here and in the wheel of the jobs. */
export const readVersion = async (file: string): Promise<string> =>
  Package.parse(JSON.parse(await readFile(file, 'utf8'))).version;
