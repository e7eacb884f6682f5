import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { commands } from '../../cli/commands/declarations.mjs';
import { formatReference } from '../../cli/commands/help.mjs';
import { readContracts } from '../../cloud/contract-files.ts';
import { dictionary } from './dictionary.ts';
import { bundleTargets, environmentSchema } from './environments.ts';
import { parseResults, type Results, SharedCodeMovedError, sourceHashesText } from './source-hashes.ts';
import { wheelContracts } from './wheel-contracts.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Every file that follows from others, and what it has to say. */
export async function derivedFiles(results?: Results): Promise<Record<string, string>> {
  const contracts = await readContracts(path.join(root, 'contracts'));
  const built = contracts.tables.filter(({ layer }) => layer !== 'ops').map(({ table }) => table);
  const sourceHashes = await sourceHashesText(root, built, results);
  return {
    'spark/src/medallion_fitness/contracts.json': wheelContracts(contracts, JSON.parse(sourceHashes)),
    'environments/environment.schema.json': environmentSchema(),
    'databricks/targets.yml': bundleTargets(path.join(root, 'environments')),
    'spark/source-hashes.json': sourceHashes,
    'docs/cli.md': formatReference(commands),
    'docs/dictionary.md': dictionary(contracts),
  };
}

/** Writes the files, or with `--check` only says which lag behind what they follow from. */
async function main(): Promise<void> {
  const isCheck = process.argv.includes('--check');
  // A check writes nothing, so it has nothing to ask: a hash that moved lags behind like any other text.
  const results = isCheck ? 'same' : parseResults(process.argv);
  for (const [name, wanted] of Object.entries(await derivedFiles(results))) {
    const file = path.join(root, name);
    const content = await readFile(file, 'utf8').catch(() => '');
    if (content === wanted) continue;
    if (!isCheck) await writeFile(file, wanted);
    else {
      console.error(`'${name}' lags behind what it follows from. Run 'npm run generate' and commit it.`);
      process.exitCode = 1;
    }
  }
}

if (import.meta.main)
  await main().catch((error: unknown) => {
    if (!(error instanceof SharedCodeMovedError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  });
