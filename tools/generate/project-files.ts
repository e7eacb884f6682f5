import { readContracts } from '../../cloud/project-files.ts';
import { hashSources, type Results } from './source-hashes.ts';
import { wheelContracts } from './wheel-contracts.ts';

export const formatJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** What the jobs of a project need of its contracts, and hashes of the code that computes its tables. */
export async function derivedFilesOfProject(
  root: string,
  project: string,
  results?: Results,
): Promise<Record<string, string>> {
  const contracts = await readContracts(root, project);
  const built = contracts.tables.filter(({ layer }) => layer !== 'ops').map(({ table }) => table);
  const { tables, ...engine } = await hashSources(root, project, built, results);
  return {
    'spark/source-hashes.json': formatJson(engine),
    [`${project}/source-hashes.json`]: formatJson(tables),
    [`${project}/contracts.json`]: wheelContracts(contracts, { engine: engine.engine, tables }),
  };
}
