import path from 'node:path';
import { main, readArguments, waitForRunning } from '../arguments.ts';
import { commands } from '../commands/declarations.mjs';
import { createLiveContext } from '../deployment/live.ts';
import { getWorkspaceIds } from '../deployment/lookups.ts';
import { readNamedEnvironment } from '../environment-file.ts';
import { runCatalog } from '../stack/catalog.ts';

const root = path.resolve(import.meta.dirname, '../..');

await main(async () => {
  const { home, positionals, values } = readArguments(commands.catalog);
  const args = [
    ...positionals,
    ...(values.project === undefined ? [] : ['--project', path.resolve(root, values.project)]),
    ...(values.json ? ['--json'] : []),
    ...(values['allow-destructive'] ? ['--allow-destructive'] : []),
  ];
  const { code, output } = await runCatalog(root, await findEnvironment(values.env, home), args);
  process.stdout.write(output);
  return code;
});

async function findEnvironment(name: string, home: string) {
  if (name === 'local') return waitForRunning(home);
  const { environment, environmentFile } = readNamedEnvironment(root, name);
  const options = { environmentFile, patienceMinutes: 1, isRollback: false };
  const context = await createLiveContext(environment, options);
  const { url, warehouseId = '' } = await getWorkspaceIds(context);
  // The process that is started reads them. No file names a workspace.
  Object.assign(process.env, { MEDALLION_WORKSPACE_URL: url, MEDALLION_WAREHOUSE_ID: warehouseId });
  return { environmentFile, certificateFile: '' };
}
