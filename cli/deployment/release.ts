import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../..');
const Package = z.object({ version: z.string().min(1) });

/** What is deployed: the artifact that this program is a part of, or what was built beside it. */
export const findReleaseFolder = (): string =>
  existsSync(path.join(root, 'app.zip')) ? root : path.join(root, 'release');

/** The version of the package. A build writes its commit behind it. */
export function readRelease(): string {
  const file = path.join(findReleaseFolder(), 'package.json');
  const { version } = Package.parse(
    JSON.parse(readFileSync(existsSync(file) ? file : path.join(root, 'package.json'), 'utf8')),
  );
  return version;
}
