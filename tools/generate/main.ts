import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { commands } from '../../cli/commands/declarations.mjs';
import { formatReference } from '../../cli/commands/help.mjs';
import { readContracts } from '../../cloud/project-files.ts';
import { readEnvironment } from '../../environments/environment.ts';
import { formatRunbookIndex, listAlertRules } from './alerts.ts';
import { dictionary } from './dictionary.ts';
import { bundleTargets, environmentSchema } from './environments.ts';
import { formatEventTable } from './events.ts';
import { derivedFilesOfProject, formatJson } from './project-files.ts';
import { listProjects } from './projects.ts';
import { retentionDays } from './retention.ts';
import { parseResults, type Results, SharedCodeMovedError } from './source-hashes.ts';
import { createWorkbook } from './workbook.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Every file that follows from others, and what it has to say. */
export async function derivedFiles(results?: Results): Promise<Record<string, string>> {
  const { project } = readEnvironment(path.join(root, 'environments/prod.json'));
  const contracts = await readContracts(root, project);
  const files = {
    'environments/environment.schema.json': environmentSchema(),
    'databricks/targets.yml': bundleTargets(path.join(root, 'environments')),
    'bicep/shared/retention.json': formatJson(retentionDays(contracts)),
    'docs/cli.md': formatReference(commands),
    'docs/dictionary.md': dictionary(contracts),
    'docs/events.md': formatEventTable(),
    'bicep/shared/alerts.json': formatJson(listAlertRules()),
    'bicep/shared/workbook.json': formatJson(createWorkbook()),
    'docs/runbook/README.md': formatRunbookIndex(),
  };
  const ofProjects = await Promise.all(
    listProjects(root).map((folder) => derivedFilesOfProject(root, folder, results)),
  );
  return Object.assign(files, ...ofProjects) as Record<string, string>;
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
