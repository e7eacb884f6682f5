import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { ContractLayer, type Contracts } from '../medallion/contracts/contract.ts';
import type { SourceHashes } from '../medallion/contracts/definition.ts';
import { ContractError, type ContractFile, parseContracts } from '../medallion/contracts/parse-contracts.ts';

async function listYamlFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  } catch (cause) {
    throw new Error(`The contracts in '${folder}' cannot be read. Each layer of a project has a folder.`, { cause });
  }
}

const EngineHash = z.strictObject({ engine: z.int().positive(), shared: z.string() });
const TableHashes = z.record(z.string(), z.string());

/** Reads the engine number, and the hash of the shared code that it stands for. */
export async function readEngineHash(root: string): Promise<z.infer<typeof EngineHash>> {
  const file = path.join(root, 'spark/source-hashes.json');
  try {
    return EngineHash.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new Error(`'${file}' cannot be read. Take it back from git: its engine number follows from no other file.`, {
      cause,
    });
  }
}

/** Reads what stands for the code that computes the tables: an engine number, and a hash of each table's own sources. */
export async function readSourceHashes(root: string, project: string): Promise<SourceHashes> {
  const { engine } = await readEngineHash(root);
  const file = path.join(path.resolve(root, project), 'source-hashes.json');
  try {
    return { engine, tables: TableHashes.parse(JSON.parse(await readFile(file, 'utf8'))) };
  } catch (cause) {
    throw new Error(`'${file}' cannot be read. Write it with: npm run generate`, { cause });
  }
}

/**
 * Reads `<project>/<layer>/<name>.yaml`, and what the operator itself keeps from `contracts/ops`. Throws a ContractError
 * with the problems of all files at once.
 */
export async function readContracts(root: string, project: string): Promise<Contracts> {
  const files: ContractFile[] = [];
  const unreadable: string[] = [];
  for (const layer of ContractLayer.options) {
    const folder = layer === 'ops' ? path.join(root, 'contracts') : path.resolve(root, project);
    for (const name of await listYamlFiles(path.join(folder, layer))) {
      const at = `${layer}/${name}`;
      const document = parseDocument(await readFile(path.join(folder, at), 'utf8'));
      if (document.errors.length === 0) files.push({ path: at, layer, content: document.toJS() as unknown });
      else unreadable.push(...document.errors.map(({ message }) => `${at}: ${message}`));
    }
  }
  if (unreadable.length > 0) throw new ContractError(unreadable);
  return parseContracts(files);
}
