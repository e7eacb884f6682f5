import { compare, type Figure } from '../figure.ts';
import { useTemporaryFolder } from '../lakehouse.ts';
import { measureOnce, writeSet1 } from './set-1.ts';

/** What the restrictions of serverless compute cost: set 1 with them and without, one right after the other. */
export async function measureStrict(): Promise<Figure[]> {
  return useTemporaryFolder(async (folder) => {
    const files = writeSet1(folder);
    const plain = await measureOnce(folder, files);
    const strict = await measureOnce(folder, files, { options: ['--strict'] });
    return [compare('set 1 in the strict mode, landed to published, cold', strict, ['plain mode', plain])];
  });
}
