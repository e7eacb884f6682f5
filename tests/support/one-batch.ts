import type { LiveLakehouse } from '../../bench/harness/live-lakehouse.ts';
import { readContent } from '../../bench/harness/read-content.ts';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import { waitUntil } from '../../bench/harness/target.ts';

/** What one run over the same files makes of them, in a lakehouse without streams. The first one is stopped for it. */
export async function loadAsOneBatch({ files, stack: streaming }: LiveLakehouse): Promise<unknown> {
  await streaming.stop();
  const stack = await RunningStack.start({ options: ['--empty', '--no-events', '--sweep', '30 * * * * *'] });
  try {
    // Between two sweeps, so that the next one finds all of them.
    await waitUntil('time after a sweep', async () => new Date().getSeconds() > 30 && new Date().getSeconds() < 40);
    for (const { content, path } of files) await stack.land(path, content);
    await waitUntil('run', async () => (await stack.listRuns()).length > 0);
    await stack.waitUntilQuiet();
    const batches = (await stack.listRuns()).length;
    if (batches !== 1) throw new Error(`The files came in ${batches} batches, though they should have come in one.`);
    return await readContent(stack);
  } finally {
    await stack.dismiss();
  }
}
