import type { RunningStack } from './running-stack.ts';

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
