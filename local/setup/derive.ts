import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readContracts } from '../../cloud/contracts.ts';
import type { Contracts } from '../../medallion/contract.ts';
import { ddlOf, physicalName, schemasOf } from '../../medallion/ddl.ts';
import { quarantineViews } from '../../medallion/quarantine.ts';
import { bundleTargets, environmentSchema } from './derived-environments.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Indented JSON in which arrays of texts stay on one line, as the formatter of this repository wants it. */
function written(value: unknown, indent = ''): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.every((each) => typeof each === 'string'))
      return `[${value.map((each) => JSON.stringify(each)).join(', ')}]`;
    return `[\n${value.map((each) => inner + written(each, inner)).join(',\n')}\n${indent}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{\n${entries.map(([key, each]) => `${inner}${JSON.stringify(key)}: ${written(each, inner)}`).join(',\n')}\n${indent}}`;
}

/** What the Spark jobs need of the contracts, as JSON that travels inside the wheel. */
export function derived(contracts: Contracts): string {
  const landing = contracts.landing.map(({ dataset, format, header, envelope, times, routes, otherwise }) => [
    dataset,
    { format, header, envelope, times, routes, otherwise },
  ]);
  const tables = contracts.tables.map((contract) => [
    contract.table,
    {
      physical: physicalName(contract.table),
      layer: contract.layer,
      keys: contract.keys,
      columns: contract.columns.map(({ name, type, source, dateFormats, case: letters, classification }) => ({
        name,
        type,
        source,
        dateFormats,
        case: letters,
        personal: classification === 'personal' ? true : undefined,
      })),
      rowRules: contract.rowRules.map(({ name, predicate }) => ({ name, predicate })),
      ddl: ddlOf(contract),
    },
  ]);
  const content = {
    schemas: schemasOf(contracts),
    landing: Object.fromEntries(landing) as unknown,
    tables: Object.fromEntries(tables) as unknown,
    views: quarantineViews(contracts),
  };
  return `${written(content)}\n`;
}

/** Every derived file, with the folder that it is derived from. */
const files: Record<string, { readonly from: string; readonly derive: (folder: string) => Promise<string> | string }> =
  {
    'spark/src/medallion_fitness/contracts.json': {
      from: 'contracts',
      derive: async (folder) => derived(await readContracts(folder)),
    },
    'environments/environment.schema.json': {
      from: 'environments',
      derive: () => `${JSON.stringify(environmentSchema(), null, 2)}\n`,
    },
    'databricks/targets.yml': { from: 'environments', derive: bundleTargets },
  };

/** Writes the files, or with `--check` only says which lag behind what they are derived from. */
async function main(): Promise<void> {
  for (const [target, { derive, from }] of Object.entries(files)) {
    const wanted = await derive(path.join(root, from));
    const file = path.join(root, target);
    if (!process.argv.includes('--check')) await writeFile(file, wanted);
    else if ((await readFile(file, 'utf8').catch(() => '')) !== wanted) {
      console.error(`'${target}' lags behind '${from}/'. Run 'npm run derive' and commit it.`);
      process.exitCode = 1;
    }
  }
}

if (import.meta.main) await main();
