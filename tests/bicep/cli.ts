import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { getSuffix } from '../../environments/environment.ts';
import { withoutBicep } from '../support/skipped-tests.ts';

export const root = path.join(import.meta.dirname, '../..');

/** Without ICU on the machine .NET only starts if it is told to do without. */
const env = { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' };

/** `BICEP`, then the PATH, then beside the project. */
function find(): string | undefined {
  const beside = path.join(root, '../shared/tools/bicep/bicep');
  const places = [process.env['BICEP'], 'bicep', beside].filter((each) => each !== undefined);
  return places.find((each) => spawnSync(each, ['--version'], { env }).status === 0);
}

export const bicep = find();

/** The title of what cannot be tested without the CLI says so. */
export const whenThere = bicep ? '' : withoutBicep;

const run = promisify(execFile);

export interface Said {
  readonly code: number;
  readonly stdout: string;
  /** Diagnostics, one per line. */
  readonly stderr: string;
}

export async function runBicep(folder: string, ...args: string[]): Promise<Said> {
  if (!bicep) throw new Error('There is no Bicep CLI.');
  try {
    const { stderr, stdout } = await run(bicep, args, { cwd: folder, env, maxBuffer: 2 ** 26 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stderr, stdout } = error as { code?: number; stdout?: string; stderr?: string };
    if (typeof code !== 'number') throw error;
    return { code, stdout: stdout ?? '', stderr: stderr ?? '' };
  }
}

/** Everything that the templates are made of, in a folder where compiled files may lie beside them. */
export const templateSources = ['bicep', 'bicepconfig.json', 'environments'];

export function copyOfTemplates(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'templates-'));
  for (const each of templateSources) {
    mkdirSync(path.dirname(path.join(folder, each)), { recursive: true });
    cpSync(path.join(root, each), path.join(folder, each), { recursive: true });
  }
  return folder;
}

export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly apiVersion: string;
  readonly location?: string;
  readonly tags?: Record<string, string>;
  readonly properties?: Record<string, unknown>;
}

export interface Snapshot {
  readonly resources: Resource[];
  readonly outputs: Record<string, unknown>;
  /** What the compiler and the snapshot had to say; nothing, if all is well. */
  readonly said: string;
}

/** Who gets roles, by an id that one can tell the name from. */
export const principals = Object.fromEntries(
  ['operator', 'packages', 'connector', 'topic', 'pipeline', 'plan'].map((name, at) => [
    name,
    `aaaaaaaa-0000-4000-8000-00000000000${at}`,
  ]),
);

/** The same as the parameter of a template. */
export const toParameter = (owners: Readonly<Record<string, string>>): string =>
  ['param principals = {', ...Object.entries(owners).map(([name, id]) => `  ${name}: '${id}'`), '}\n'].join('\n');

/** What a deployment asks Azure, Databricks and the directory for. */
const decided: Readonly<Record<string, string>> = {
  foundation: "param budgetFrom = '2026-11-01'\n",
  grants: toParameter(principals),
  settings: `param applicationId = '00000000-0000-4000-8000-000000000002'
param release = 'r1'
param warehouseId = '0123456789abcdef'
param workspaceUrl = 'adb-1.2.azuredatabricks.net'
`,
};

const subscription = '00000000-0000-4000-8000-000000000001';

/** Every resource that a deployment of a template to an environment would create. */
export async function snapshot(
  folder: string,
  template: string,
  environment: string,
  parameters = decided[template] ?? '',
): Promise<Snapshot> {
  const parametersFile = path.join(folder, 'bicep', `${template}.${environment}.bicepparam`);
  const file = `\nparam environment = loadJsonContent('../environments/${environment}.json')\n`;
  writeFileSync(parametersFile, `using './${template}.bicep'\n${file}${parameters}`);
  const { name, prefix } = JSON.parse(readFileSync(path.join(folder, `environments/${environment}.json`), 'utf8')) as {
    name: string;
    prefix?: string;
  };
  const group = template === 'foundation' ? [] : ['--resource-group', `rg-${getSuffix({ name, prefix })}`];
  const where = ['--subscription-id', subscription, '--location', 'westeurope', ...group];
  const { code, stderr, stdout } = await runBicep(folder, 'snapshot', parametersFile, ...where, '--mode', 'overwrite');
  const written = parametersFile.replace('.bicepparam', '.snapshot.json');
  if (code !== 0 || !existsSync(written)) throw new Error(`'${template}' for '${environment}': ${stderr}${stdout}`);
  const { diagnostics, outputs, predictedResources } = JSON.parse(readFileSync(written, 'utf8')) as {
    predictedResources: Resource[];
    outputs: Record<string, unknown>;
    diagnostics: string[];
  };
  rmSync(written);
  return { resources: predictedResources, outputs, said: [stderr.trim(), ...diagnostics].join('\n').trim() };
}
