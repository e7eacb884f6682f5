import { compare, type Figure } from '../figure.ts';
import { countStatements, listCountedTasks } from '../harness/counted-statements.ts';
import { createSecondFile } from '../harness/live-load.ts';
import { Lakehouse, useTemporaryFolder } from '../lakehouse.ts';
import { measureOnce, writeSet1 } from './set-1.ts';

const maxMetadataStatements = 5;

/** What the restrictions of serverless compute cost: set 1 with them and without, one right after the other. */
export async function measureStrict(): Promise<Figure[]> {
  return useTemporaryFolder(async (folder) => {
    const files = writeSet1(folder);
    const plain = await measureOnce(folder, files);
    const lakehouse = await Lakehouse.start('--strict');
    try {
      const strict = await lakehouse.measureLanding(folder, files);
      return [
        compare('set 1 in the strict mode, landed to published, cold', strict, ['plain mode', plain]),
        await countOfLaterBatch(lakehouse),
      ];
    } finally {
      await lakehouse.dismiss();
    }
  });
}

/** Of a file that lands when all tables are there. In a workspace each of them is a request to the catalog. */
async function countOfLaterBatch(lakehouse: Lakehouse): Promise<Figure> {
  const { home } = lakehouse.stack;
  const before = listCountedTasks(home);
  const { content, path } = createSecondFile(0);
  await lakehouse.stack.land(path, content);
  await lakehouse.waitUntilPublished([path]);
  const tasks = listCountedTasks(home).filter((task) => !before.includes(task));
  const statements = countStatements(home, tasks, 'metadata');
  const goal = { text: `at most ${maxMetadataStatements}`, isMet: statements <= maxMetadataStatements };
  const first = countStatements(home, before, 'metadata');
  return { what: 'statements for metadata of a batch', ours: String(statements), peer: `first batch: ${first}`, goal };
}
