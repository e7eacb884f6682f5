import type { RunningStack } from '../../bench/harness/running-stack.ts';

/** From now on a version is too old for readers two seconds after it is not the newest of its table any more. */
export async function keepVersionsForASecond(cloud: RunningStack): Promise<void> {
  await cloud.useWarehouse(async (query) => {
    const tables = "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'MANAGED'";
    for (const { table_schema: schema, table_name: table } of (await query(tables)).rows)
      await query(
        `ALTER TABLE ${schema}.${table} SET TBLPROPERTIES ('delta.deletedFileRetentionDuration' = 'interval 1 second')`,
      );
  });
}
