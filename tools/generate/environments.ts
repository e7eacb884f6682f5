import { readdirSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { Environment, getSuffix, readEnvironment } from '../../environments/environment.ts';
import { createIntegration } from './integration.ts';

/** A lost event costs two sweeps; starting serverless compute three times, and three gates, the rest. */
const maxBatchMinutes = 20;
const localPatienceMinutes = 10;

/** The schema of the environment files, for editors. */
export const environmentSchema = (): string =>
  `${JSON.stringify(z.toJSONSchema(Environment, { io: 'input' }), null, 2)}\n`;

/** What the bundle deploys where: a target for each environment, with the environment's own values. */
export function bundleTargets(folder: string): string {
  const names = readdirSync(folder).filter((name) => /^(?!environment\.schema)[a-z][a-z0-9-]*\.json$/.test(name));
  const environments = names.map((name) => readEnvironment(path.join(folder, name)));
  const targets = Object.fromEntries(environments.map((environment) => [environment.name, createTarget(environment)]));
  return `# Generated from environments/ by 'npm run generate'.\n${stringify({ targets }, { lineWidth: 0 })}`;
}

/** A target of the bundle, as one environment wants it. */
export function createTarget(environment: Environment): object {
  const { databricks, deployment, identity, landing, control, records } = environment;
  const resources = {
    jobs: Object.fromEntries(layers.map((layer) => [layer, computeFor(layer, getMode(environment, layer))])),
  };
  const { bronze, silver, gold } = databricks.jobs;
  const jobs = { bronze_job: bronze, silver_job: silver, gold_job: gold };
  const roots = {
    landing: databricks.landingRoot,
    control: databricks.controlRoot,
    records: databricks.recordsRoot,
  };
  const groups = Object.fromEntries(Object.entries(databricks.groups).map(([role, name]) => [`${role}_group`, name]));
  const shared = { catalog: databricks.catalog, ...jobs, ...roots, ...groups };
  if (identity.kind !== 'managed' || deployment === undefined)
    return {
      mode: 'development',
      run_as: createRunAs(),
      variables: { ...shared, engine: 'local', jobs_principal: 'jobs', tester: 'tester' },
      ...createTestParts(resources, true, localPatienceMinutes),
    };
  const { alerts, schedule, verify } = deployment;
  const suffix = getSuffix(environment);
  return {
    // Development mode renames jobs, and the operator finds them by name.
    mode: 'production',
    workspace: { root_path: `/Workspace/${suffix}` },
    run_as: createRunAs(),
    variables: {
      ...shared,
      suffix,
      on_duty: alerts.email,
      engine: 'databricks',
      landing_url: toUrl(landing.account, landing.container),
      control_url: toUrl(control.account, control.container),
      records_url: toUrl(records.account, records.container),
      tables_url: toUrl(control.account, 'tables'),
      maintenance_cron: quartz(schedule.maintenanceAt),
    },
    ...createTestParts(resources, verify === 'integration', maxBatchMinutes + 2 * schedule.sweepIntervalMinutes),
  };
}

/** Whom jobs run as is decided by Azure, so a deployment tells. */
const createRunAs = () => ({ service_principal_name: '$' + '{var.jobs_principal}' });

/** The resources of a target; where it is tested, also the integration test. */
function createTestParts(resources: { jobs: object }, isTested: boolean, patienceMinutes: number) {
  if (!isTested) return { resources };
  const tester = '$' + '{var.tester}';
  const integration = createIntegration({ tester, patienceMinutes, wheel });
  const jobs = { ...resources.jobs, ...integration.resources.jobs };
  return { permissions: integration.permissions, resources: { ...integration.resources, jobs } };
}

type Layer = keyof Environment['databricks']['jobs'];
const layers = ['bronze', 'silver', 'gold'] as const;
const wheel = '../spark/dist/*.whl';

/** An environment that says nothing of modes starts a run per batch. */
function getMode(environment: Environment, layer: Layer): string {
  return 'modes' in environment ? ((environment.modes as Record<string, string>)[layer] ?? '') : 'triggered';
}

/** What a job runs on. Serverless compute starts at once and refuses streams that do not end; a cluster is for those. */
function computeFor(layer: Layer, mode: string): object {
  if (mode !== 'continuous')
    return {
      tasks: [{ task_key: layer, environment_key: 'jobs' }],
      environments: [{ environment_key: 'jobs', spec: { environment_version: '5', dependencies: [wheel] } }],
    };
  const cluster = {
    spark_version: '18.0.x-scala2.13',
    node_type_id: 'Standard_D4ds_v5',
    num_workers: 1,
    data_security_mode: 'SINGLE_USER',
    runtime_engine: 'STANDARD',
  };
  return {
    tasks: [{ task_key: layer, job_cluster_key: 'stream', timeout_seconds: 0, libraries: [{ whl: wheel }] }],
    job_clusters: [{ job_cluster_key: 'stream', new_cluster: cluster }],
  };
}

/** A container as Spark addresses it. */
const toUrl = (account: string, container: string) => `abfss://${container}@${new URL(account).hostname}/`;

/** Every day at a time of day, as the job scheduler writes it. */
function quartz(time: string): string {
  const [hour, minute] = time.split(':').map(Number);
  return `0 ${minute} ${hour} * * ?`;
}
