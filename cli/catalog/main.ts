import path from 'node:path';
import { parseArgs } from 'node:util';
import { createDeployerCredentials } from '../../cloud/credentials.ts';
import { readContracts } from '../../cloud/project-files.ts';
import { createSqlWarehouse } from '../../cloud/sql-warehouse.ts';
import { type Environment, readEnvironment } from '../../environments/environment.ts';
import { compareCatalog, listUnreadableViews } from '../../medallion/catalog/difference.ts';
import type { Change } from '../../medallion/catalog/table-changes.ts';
import { applyChanges } from '../../operations/catalog/apply.ts';
import { readState } from '../../operations/catalog/state.ts';

/**
 * `plan` prints what is different between the contracts and the catalog of an environment; `apply` performs it, except for
 * what would lose rows or columns, unless that is allowed. A view whose text may not be read is left as it is. Exit code 1
 * says that something was left undone.
 */
const usage = 'Usage: catalog plan|apply --environment FILE [--project DIR] [--allow-destructive] [--json]';
const root = path.join(import.meta.dirname, '../..');

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    environment: { type: 'string' },
    project: { type: 'string' },
    json: { type: 'boolean', default: false },
    'allow-destructive': { type: 'boolean', default: false },
  },
});
const [verb] = positionals;
if (values.environment === undefined || (verb !== 'plan' && verb !== 'apply')) throw new Error(usage);
process.exitCode = await perform(verb, readEnvironment(values.environment, process.env));

async function perform(command: 'plan' | 'apply', environment: Environment): Promise<number> {
  const contracts = await readContracts(root, values.project ?? environment.project);
  const warehouse = createSqlWarehouse(environment, createDeployerCredentials(environment));
  try {
    const { databricks } = environment;
    const state = await readState(contracts, databricks.catalog, warehouse);
    const changes = compareCatalog(contracts, databricks, state);
    const unreadable = listUnreadableViews(state);
    const skipped = changes.filter(({ isDestructive }) => isDestructive && !values['allow-destructive']);
    const due = changes.filter((change) => !skipped.includes(change));
    if (command === 'apply') await applyChanges(due, warehouse);
    report(environment.name, command, due, skipped, unreadable);
    return command === 'apply' && skipped.length + unreadable.length > 0 ? 1 : 0;
  } finally {
    await warehouse.close();
  }
}

function report(
  name: string,
  command: 'plan' | 'apply',
  due: readonly Change[],
  skipped: readonly Change[],
  unreadable: readonly string[],
): void {
  if (values.json) {
    const applied = command === 'apply' ? due : [];
    const changes = [...due, ...skipped];
    console.log(JSON.stringify({ environment: name, changes, applied: applied.length, unreadableViews: unreadable }));
    return;
  }
  for (const { isDestructive, on, what } of due) console.log(`  ${isDestructive ? '!' : '+'} ${on}: ${what}`);
  for (const { on, what } of skipped) console.log(`  ! ${on}: ${what} (needs --allow-destructive)`);
  for (const view of unreadable)
    console.log(`  ? ${view}: its text is shown to its owner alone, so it was left as it is (ask the owner's group)`);
  const done = command === 'apply' ? 'performed' : 'to perform';
  const left = skipped.length > 0 ? `, ${skipped.length} left undone because they would lose data` : '';
  console.log(
    due.length + skipped.length + unreadable.length === 0
      ? `The catalog of '${name}' is as the contracts say.`
      : `${due.length} changes ${done}${left}.`,
  );
}
