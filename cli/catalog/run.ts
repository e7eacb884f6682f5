import path from 'node:path';
import { readEnvironment } from '../../environments/environment.ts';
import { main, readArguments, waitForRunning } from '../arguments.ts';
import { commands } from '../commands/declarations.mjs';
import { createLiveContext } from '../deployment/live.ts';
import { getWorkspaceIds } from '../deployment/lookups.ts';
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
  const environmentFile = path.join(root, 'environments', `${path.basename(name)}.json`);
  const options = { environmentFile, patienceMinutes: 1, isRollback: false };
  const context = await createLiveContext(readEnvironment(environmentFile), options);
  const { url, warehouseId = '' } = await getWorkspaceIds(context);
  // The process that is started reads them. No file names a workspace.
  Object.assign(process.env, { MEDALLION_WORKSPACE_URL: url, MEDALLION_WAREHOUSE_ID: warehouseId });
  return { environmentFile, certificateFile: '' };
}
