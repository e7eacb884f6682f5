import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { collectOutput } from '../child-output.ts';
import { UserError } from '../user-error.ts';
import { az, getToken } from './azure-cli.ts';
import { holdPipeline, resumePipeline } from './hold.ts';
import type { BundleAction, BundleVariables, CatalogPlan, Programs, WorkspaceIds } from './ports.ts';
import { findReleaseFolder } from './release.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
const built = findReleaseFolder();

interface Options {
  readonly environmentFile: string;
  readonly target: string;
  readonly release: string;
  readonly patienceMinutes: number;
}

const Plan = z.object({
  changes: z.array(z.object({ on: z.string(), what: z.string(), isDestructive: z.boolean() })),
  unreadableViews: z.array(z.string()),
});
const BundlePlan = z.object({ plan: z.record(z.string(), z.object({ action: z.string() }).loose()).default({}) });

/** The programs as they are installed here, with the rights of whoever is signed in. */
export const createPrograms = (options: Options): Programs => ({
  readVersions,
  compileTemplate,
  readWheel,
  ...createCatalogPrograms(options),
  ...createBundlePrograms(options),
  ...createAppPrograms(options),
});

function createCatalogPrograms({ environmentFile }: Options) {
  const catalog = (verb: string, workspace: WorkspaceIds) =>
    runNode(['cli/catalog/main.ts', verb, '--environment', environmentFile, '--json'], createSettings(workspace));
  return {
    planCatalog: async (workspace: WorkspaceIds): Promise<CatalogPlan> => {
      const result = await catalog('plan', workspace);
      requireEnd('catalog plan', result);
      return Plan.parse(JSON.parse(result.output));
    },
    applyCatalog: async (workspace: WorkspaceIds): Promise<void> => {
      const result = await catalog('apply', workspace);
      // It also ends with 1 where it left something undone, which the step has told before.
      if (!result.output.startsWith('{')) requireEnd('catalog apply', result);
    },
    runSmokeTest: async (workspace: WorkspaceIds): Promise<string[]> => {
      const args = ['cli/catalog/smoke.ts', '--environment', environmentFile];
      const { code, errors } = await runNode(args, createSettings(workspace));
      return code === 0 ? [] : errors.trim().split('\n');
    },
  };
}

function createBundlePrograms({ target }: Options) {
  const bundle = (verb: string[], workspace: WorkspaceIds, variables: BundleVariables) =>
    runDatabricks([...verb, '--target', target, ...listVariables(variables)], workspace);
  return {
    planBundle: async (workspace: WorkspaceIds, variables: BundleVariables): Promise<BundleAction[]> => {
      const result = await bundle(['bundle', 'plan', '--output', 'json'], workspace, variables);
      requireEnd('bundle plan', result);
      return parseBundlePlan(result.output);
    },
    deployBundle: async (workspace: WorkspaceIds, variables: BundleVariables): Promise<void> => {
      requireEnd('bundle deploy', await bundle(['bundle', 'deploy'], workspace, variables));
    },
  };
}

/** As the CLI of Databricks prints it. */
export function parseBundlePlan(output: string): BundleAction[] {
  const { plan } = BundlePlan.parse(JSON.parse(output));
  return Object.entries(plan).map(([resource, { action }]) => ({ resource, action }));
}

function createAppPrograms({ patienceMinutes, release }: Options) {
  const hold = { release, patienceSeconds: patienceMinutes * 60, pollSeconds: 5 };
  return {
    deployCode: async (app: string, group: string): Promise<void> => {
      const archive = path.join(built, 'app.zip');
      if (!existsSync(archive)) throw new UserError(`There is no '${archive}'. ${buildCall}`);
      const place = ['--name', app, '--resource-group', group];
      await az('functionapp', 'deployment', 'source', 'config-zip', ...place, '--src', archive);
    },
    holdApp: async (host: string, audience: string): Promise<void> =>
      holdPipeline(await createOperator(host, audience), hold),
    resumeApp: async (host: string, audience: string): Promise<void> =>
      resumePipeline(await createOperator(host, audience), release),
  };
}

const buildCall = 'Build it with: bash azure-pipelines/build.sh release';

const createOperator = async (host: string, audience: string) => ({
  app: `https://${host}`,
  headers: { authorization: `Bearer ${await getToken(audience)}` },
});

const createSettings = ({ url, warehouseId }: WorkspaceIds) => ({
  MEDALLION_WORKSPACE_URL: url,
  ...(warehouseId ? { MEDALLION_WAREHOUSE_ID: warehouseId } : {}),
});

const listVariables = (variables: BundleVariables) =>
  Object.entries(variables).flatMap(([name, value]) => ['--var', `${name}=${value}`]);

/** A program that is not there has no version. */
async function readVersions(): Promise<Record<string, string | undefined>> {
  const read = async (program: string, ...args: string[]) => {
    const { code, output } = await runProgram(program, args, root, {}).catch(() => ({ code: 1, output: '' }));
    return code === 0 ? /\d+\.\d+\.\d+/.exec(output)?.[0] : undefined;
  };
  return {
    node: process.versions.node,
    az: await read('az', 'version'),
    bicep: await read('az', 'bicep', 'version'),
    databricks: await read('databricks', '--version'),
  };
}

/** As it was built with the release; a person's clone compiles it. */
async function compileTemplate(name: string): Promise<object> {
  const file = path.join(built, 'templates', `${name}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as object;
  return (await az('bicep', 'build', '--file', path.join(root, 'bicep', `${name}.bicep`), '--stdout')) as object;
}

/** The list of files of a wheel and their hashes: an archive that is packed again has other bytes. */
async function readWheel(deployed?: string) {
  const folder = path.join(built, 'spark/dist');
  const name = readdirSync(folder).find((file) => file.endsWith('.whl'));
  if (name === undefined) throw new UserError(`There is no wheel in '${folder}'. ${buildCall}`);
  const temporary = mkdtempSync(path.join(tmpdir(), 'wheel-'));
  const file = deployed === undefined ? path.join(folder, name) : path.join(temporary, name);
  if (deployed !== undefined) writeFileSync(file, Buffer.from(deployed, 'base64'));
  const { stdout } = await run('unzip', ['-p', file, '*.dist-info/RECORD']);
  rmSync(temporary, { recursive: true });
  return { name, record: stdout };
}

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

const runNode = (args: readonly string[], settings: object) => runProgram(process.execPath, args, root, settings);

/** By the workspace's resource id Databricks makes an admin of whoever may change it in Azure: nobody has to be invited. */
function runDatabricks(args: readonly string[], { resourceId, url }: WorkspaceIds) {
  const bundle = path.join(built, 'databricks');
  if (!existsSync(bundle)) throw new UserError(`There is no '${bundle}'. ${buildCall}`);
  return runProgram('databricks', args, bundle, {
    DATABRICKS_HOST: url,
    DATABRICKS_AZURE_RESOURCE_ID: resourceId,
    DATABRICKS_AUTH_TYPE: 'azure-cli',
  });
}

async function runProgram(program: string, args: readonly string[], cwd: string, settings: object): Promise<Ended> {
  const env = { ...process.env, ...settings };
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], env });
  const { code, stderr, stdout } = await collectOutput(child).catch(() => {
    throw new UserError(`'${program}' is not installed. docs/deploy.md says which version is needed.`);
  });
  return { code: code ?? 1, output: stdout, errors: stderr };
}

function requireEnd(title: string, { code, errors, output }: Ended): void {
  if (code !== 0) throw new UserError(`'${title}' ended with code ${code}.\n${errors || output}`);
}
