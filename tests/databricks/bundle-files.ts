import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

export const root = path.join(import.meta.dirname, '../..');

interface Task {
  task_key: string;
  environment_key?: string;
  job_cluster_key?: string;
  libraries?: { whl: string }[];
  python_wheel_task: { package_name: string; entry_point: string; named_parameters: Record<string, string> };
}

export interface Job {
  name: string;
  run_as?: { service_principal_name?: string };
  permissions?: Permission[];
  schedule?: { quartz_cron_expression: string };
  email_notifications?: { on_failure?: string[] };
  parameters: { name: string; default: string }[];
  tasks: Task[];
  environments?: { environment_key: string; spec: { environment_version: string; dependencies: string[] } }[];
  job_clusters?: { job_cluster_key: string; new_cluster: { spark_version: string } }[];
}

type Part = Omit<Partial<Job>, 'tasks'> & { tasks?: (Partial<Task> & { task_key: string })[] };

export interface Granted {
  grants?: { principal: string; privileges: string[] }[];
}

interface Target {
  mode?: string;
  run_as?: { service_principal_name?: string };
  workspace?: { host?: string; root_path?: string };
  variables?: Record<string, string>;
  permissions?: Permission[];
  resources?: { jobs?: Record<string, Part>; schemas?: Record<string, Granted>; volumes?: Record<string, Granted> };
}

export interface Permission {
  service_principal_name?: string;
  group_name?: string;
  level: string;
}

export interface BundleFile {
  bundle?: { name: string; databricks_cli_version: string };
  include?: string[];
  variables?: Record<string, { description?: string; default?: string }>;
  permissions?: Permission[];
  targets?: Record<string, Target>;
  resources?: Record<string, Record<string, unknown>> & { jobs?: Record<string, Job> };
}

/** Every file of the bundle by its path in `databricks/`, as YAML holds it. */
export function bundleFiles(folder = path.join(root, 'databricks')): Record<string, BundleFile> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yml'));
  return Object.fromEntries(
    names.map((name) => [name, parse(readFileSync(path.join(folder, name), 'utf8')) as BundleFile]),
  );
}

/** The jobs of all targets, and those that a target has for itself: only what is whole has a name. */
export function jobsOf(files: Record<string, BundleFile>): Record<string, Job> {
  const targets = Object.values(files).flatMap((file) => Object.values(file.targets ?? {}));
  const own = targets.flatMap((target) => Object.entries(target.resources?.jobs ?? {}).filter(isWhole));
  return { ...sharedJobs(files), ...Object.fromEntries(own) };
}

const isWhole = (entry: [string, Part]): entry is [string, Job] => entry[1].name !== undefined;

const sharedJobs = (files: Record<string, BundleFile>): Record<string, Job> =>
  Object.assign({}, ...Object.values(files).map((file) => file.resources?.jobs ?? {}));

/** The jobs as a target leaves them: it adds to a job, and to a task of the same key. */
export function jobsFor(files: Record<string, BundleFile>, target: string): Record<string, Job> {
  const parts = Object.values(files).map((file) => file.targets?.[target]?.resources?.jobs ?? {});
  const own = parts.flatMap((jobs) => Object.entries(jobs).filter(isWhole));
  return Object.fromEntries(
    Object.entries({ ...sharedJobs(files), ...Object.fromEntries(own) }).map(([key, job]) => {
      const part: Part = Object.assign({}, ...parts.map((each) => each[key] ?? {}));
      const tasks = job.tasks.map((task) => ({
        ...task,
        ...part.tasks?.find((each) => each.task_key === task.task_key),
      }));
      return [key, { ...job, ...part, tasks }];
    }),
  );
}
