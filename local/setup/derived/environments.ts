import { readdirSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { Environment, readEnvironment } from '../../../environments/environment.ts';

/** A lost event costs two sweeps; starting serverless compute three times, and three gates, the rest. */
const longestBatchMinutes = 20;

/** The schema of the environment files, for editors. */
export const environmentSchema = (): string =>
  `${JSON.stringify(z.toJSONSchema(Environment, { io: 'input' }), null, 2)}\n`;

/** What the bundle deploys where: a target for each environment, with the environment's own values. */
export function bundleTargets(folder: string): string {
  const names = readdirSync(folder).filter((name) => /^[a-z]+\.json$/.test(name));
  const environments = names.map((name) => readEnvironment(path.join(folder, name)));
  const targets = Object.fromEntries(environments.map((each) => [each.name, targetOf(each)]));
  return `# Derived from environments/ by 'npm run derive'.\n${stringify({ targets }, { lineWidth: 0 })}`;
}

function targetOf(environment: Environment): object {
  const { databricks, deployment, identity, landing, control } = environment;
  const { bronze, silver, gold } = databricks.jobs;
  const jobs = { bronze_job: bronze, silver_job: silver, gold_job: gold };
  const roots = { landing: databricks.landingRoot, control: databricks.controlRoot };
  const shared = { catalog: databricks.catalog, ...jobs, ...roots };
  if (identity.kind !== 'managed' || deployment === undefined) return { variables: shared };
  const { cadence, runAs } = deployment;
  return {
    workspace: { host: databricks.workspaceUrl },
    run_as: { service_principal_name: runAs.jobs },
    variables: {
      ...shared,
      landing_url: urlOf(landing.account, landing.container),
      control_url: urlOf(control.account, control.container),
      tables_url: urlOf(control.account, 'tables'),
      operator: identity.clientId,
      tester: runAs.tester,
      maintenance_cron: quartz(cadence.maintenanceAt),
      patience: String(longestBatchMinutes + 2 * cadence.sweepMinutes),
    },
  };
}

/** A container as Spark addresses it. */
const urlOf = (account: string, container: string) => `abfss://${container}@${new URL(account).hostname}/`;

/** Every day at a time of day, as the job scheduler writes it. */
function quartz(time: string): string {
  const [hour, minute] = time.split(':').map(Number);
  return `0 ${minute} ${hour} * * ?`;
}
