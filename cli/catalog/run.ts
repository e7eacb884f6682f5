import path from 'node:path';
import { main, readArguments, waitForRunning } from '../arguments.ts';
import { commands } from '../commands/declarations.mjs';
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
  return { environmentFile: path.join(root, 'environments', `${path.basename(name)}.json`), certificateFile: '' };
}
