import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readContracts } from '../../cloud/contract-files.ts';
import { codeText } from './code.ts';
import { dictionary } from './dictionary.ts';
import { bundleTargets, environmentSchema } from './environments.ts';
import { wheelContracts } from './wheel-contracts.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Every file that follows from others, and what it has to say. */
export async function derivedFiles(): Promise<Record<string, string>> {
  const contracts = await readContracts(path.join(root, 'contracts'));
  const built = contracts.tables.filter(({ layer }) => layer !== 'ops').map(({ table }) => table);
  return {
    'spark/src/medallion_fitness/contracts.json': wheelContracts(contracts),
    'environments/environment.schema.json': environmentSchema(),
    'databricks/targets.yml': bundleTargets(path.join(root, 'environments')),
    'spark/source-hashes.json': codeText(path.join(root, 'spark/src/medallion_fitness'), built),
    'docs/dictionary.md': dictionary(contracts),
  };
}

/** Writes the files, or with `--check` only says which lag behind what they follow from. */
async function main(): Promise<void> {
  for (const [name, wanted] of Object.entries(await derivedFiles())) {
    const file = path.join(root, name);
    const found = await readFile(file, 'utf8').catch(() => '');
    if (found === wanted) continue;
    if (!process.argv.includes('--check')) await writeFile(file, wanted);
    else {
      console.error(`'${name}' lags behind what it follows from. Run 'npm run derive' and commit it.`);
      process.exitCode = 1;
    }
  }
}

if (import.meta.main) await main();
