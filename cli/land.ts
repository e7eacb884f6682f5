import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { DataLakeFileSystemClient } from '@azure/storage-file-datalake';
import { readEnvironment } from '../environments/environment.ts';
import { main, readArguments, requireRunning } from './arguments.ts';
import { commands } from './commands/declarations.mjs';
import { landFile, landingZone } from './landing-zone.ts';
import { UserError } from './user-error.ts';

const root = path.resolve(import.meta.dirname, '..');

await main(async () => {
  const { home, positionals: files, values } = readArguments(commands.land);
  const { dataset } = values;
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) throw new UserError(`There is no file '${missing.join("', '")}'. Nothing was landed.`);

  const targets = files.map((file) => ({ file, target: `${dataset}/${path.basename(file)}` }));
  requireDistinct(targets);
  const running = requireRunning(home);
  requireDataset(dataset, readEnvironment(running.environmentFile).project);
  const zone = landingZone(home, running);
  if (!values.overwrite) await requireFree(zone, targets);
  for (const { file, target } of targets) {
    await landFile(zone, target, readFileSync(file));
    console.log(`Landed '${file}' as '${target}'.`);
  }
  return 0;
});

/** The operator would ignore a file of any other folder. */
function requireDataset(dataset: string, project: string): void {
  const contracts = readdirSync(path.resolve(root, project, 'landing')).filter((file) => file.endsWith('.yaml'));
  const names = contracts.map((file) => path.basename(file, '.yaml'));
  if (!names.includes(dataset))
    throw new UserError(
      `'${dataset}' is not a dataset of '${project}'. Datasets are: ${names.join(', ')}. Nothing was landed.`,
    );
}

interface Target {
  readonly file: string;
  readonly target: string;
}

/** Of two files with one target the second would take the place of the first, maybe before anybody has read it. */
function requireDistinct(targets: readonly Target[]): void {
  for (const [at, { file, target }] of targets.entries()) {
    const other = targets.slice(0, at).find((earlier) => earlier.target === target);
    if (other)
      throw new UserError(
        `'${other.file}' and '${file}' would both land as '${target}'. Nothing was landed. Rename one.`,
      );
  }
}

async function requireFree(zone: DataLakeFileSystemClient, targets: readonly Target[]): Promise<void> {
  for (const { target } of targets) {
    const client = zone.getFileClient(target);
    if (!(await client.exists())) continue;
    const { contentLength, lastModified } = await client.getProperties();
    throw new UserError(
      `'${target}' is there already, with ${contentLength} bytes since ${lastModified?.toISOString()}. ` +
        'Nothing was landed. Add --overwrite to land a new content in its place.',
    );
  }
}
