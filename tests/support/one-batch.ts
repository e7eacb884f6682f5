import type { LiveLakehouse } from '../../bench/harness/live-lakehouse.ts';
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

const silver = ['users', 'user_profiles', 'gym_visits', 'workout_sessions', 'heart_rates'];
const gold = ['workout_bpm_summary', 'gym_sessions', 'gym_summary'];

/** All rows that readers see in gold, and of the layers below how many rows there are and the sum of their hashes. */
export async function readContent(stack: RunningStack): Promise<Record<string, unknown>> {
  return stack.useWarehouse(async (query) => {
    const content: Record<string, unknown> = {};
    for (const table of gold) content[table] = (await query(`SELECT * FROM gold.${table} ORDER BY ALL`)).rows;
    for (const table of silver) {
      const sums = `SELECT count(*) AS n, sum(CAST(xxhash64(*) AS DECIMAL(38))) AS hashes FROM silver.${table}`;
      content[table] = (await query(sums)).rows;
    }
    const lines = 'SELECT count(*) AS n, count(DISTINCT _path, _line_number) AS different FROM bronze.bpm';
    content['lines'] = (await query(lines)).rows;
    return content;
  });
}
