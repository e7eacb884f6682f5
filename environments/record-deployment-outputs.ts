import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type Environment, readEnvironment } from './environment.ts';

const Output = z.object({ value: z.string().min(1) });

/** Outputs of the template, as `az deployment group show --query properties.outputs` prints them. */
export const Outputs = z.object({
  operatorClientId: Output,
  jobsClientId: Output,
  /** Empty where nobody tests. */
  testerClientId: z.object({ value: z.string() }),
  workspaceUrl: Output,
});
export type Outputs = z.infer<typeof Outputs>;

/** The environment with what only Azure could decide: who the identities are, and where workspace and warehouse answer. */
export function withOutputs(environment: Environment, outputs: Outputs, warehouseId?: string): Environment {
  const { deployment, databricks } = environment;
  if (!deployment) throw new Error(`Environment '${environment.name}' is not deployed, so there is nothing to adopt.`);
  return {
    ...environment,
    identity: { kind: 'managed', clientId: outputs.operatorClientId.value },
    databricks: {
      ...databricks,
      workspaceUrl: `https://${outputs.workspaceUrl.value}`,
      warehouseId: warehouseId ?? databricks.warehouseId,
    },
    deployment: {
      ...deployment,
      runAs: {
        jobs: outputs.jobsClientId.value,
        ...(outputs.testerClientId.value ? { tester: outputs.testerClientId.value } : {}),
      },
    },
  };
}

/** Every value in which the file differs from what Azure decided, as a person would write it down. */
export function compareCatalog(file: unknown, azure: unknown, at = ''): string[] {
  if (typeof file !== 'object' || typeof azure !== 'object' || file === null || azure === null)
    return file === azure ? [] : [`${at}: the file says '${file}', Azure says '${azure}'`];
  const ours = file as Record<string, unknown>;
  const theirs = azure as Record<string, unknown>;
  return Object.keys({ ...ours, ...theirs }).flatMap((key) =>
    compareCatalog(ours[key], theirs[key], at ? `${at}.${key}` : key),
  );
}

/** `node environments/record-deployment-outputs.ts FILE OUTPUTS [--warehouse-id ID] [--check]` */
function main(): void {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { 'warehouse-id': { type: 'string' }, check: { type: 'boolean', default: false } },
  });
  const [file, outputsFile] = positionals;
  if (!file || !outputsFile) throw new Error('Name the environment file, and the file with the outputs.');
  const environment = readEnvironment(file);
  const outputs = Outputs.parse(JSON.parse(readFileSync(outputsFile, 'utf8')));
  const wanted = withOutputs(environment, outputs, values['warehouse-id']);
  const lines = compareCatalog(environment, wanted);
  for (const line of lines) console.log(line);
  if (!values.check) writeFileSync(file, `${JSON.stringify(wanted, null, 2)}\n`);
  if (!values.check || lines.length === 0) return;
  console.error(
    `'${file}' lags behind what was deployed. Run this without --check, then 'npm run generate', and commit.`,
  );
  process.exitCode = 1;
}

if (import.meta.main) main();
