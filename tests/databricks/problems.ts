import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type BundleFile, type Job, jobsFor, jobsOf, root } from './bundle-files.ts';
import { problemsOfNotices, problemsOfReaders } from './readers.ts';

const shared = ['dev', 'test', 'prod'];

/** A deployment asks for these and tells them to the bundle. */
const decidedByAzure = ['operator', 'jobs_principal', 'tester'];
const layers = ['bronze', 'silver', 'gold'];
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** Everything in the bundle that refers to nothing, or gives somebody more than is meant. */
export function problemsOf(files: Record<string, BundleFile>): string[] {
  return [
    ...unresolvedIncludes(files),
    ...unresolvedVariables(files),
    ...unresolvedResources(files),
    ...Object.entries(jobsOf(files)).flatMap(([key, job]) => problemsOfJob(key, job)),
    ...problemsOfTargets(files),
    ...shared.flatMap((target) =>
      Object.entries(jobsFor(files, target)).flatMap(([key, job]) =>
        problemsOfCompute(job).map((problem) => `job '${key}' of '${target}': ${problem}`),
      ),
    ),
    ...secretsIn(files),
    ...problemsOfData(files),
    ...problemsOfVolumes(files),
    ...problemsOfReaders(files, shared),
    ...problemsOfNotices(files),
  ];
}

function unresolvedIncludes(files: Record<string, BundleFile>): string[] {
  const included = files['databricks.yml']?.include ?? [];
  const reached = included.flatMap((pattern) => globSync(pattern, { cwd: path.join(root, 'databricks') }));
  return [
    ...included
      .filter((pattern) => !reached.some((name) => path.matchesGlob(name, pattern)))
      .map((each) => `include '${each}'`),
    ...Object.keys(files)
      .filter((name) => name !== 'databricks.yml' && !reached.includes(name))
      .map((each) => `'${each}' is not included`),
  ];
}

const textsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
};

const referencesIn = (value: unknown) =>
  textsOf(value).flatMap((text) => [...text.matchAll(/\$\{([^}]+)\}/g)].map(([, name = '']) => name));

function unresolvedVariables(files: Record<string, BundleFile>): string[] {
  const declared = Object.assign({}, ...Object.values(files).map((file) => file.variables ?? {})) as Record<
    string,
    { default?: string }
  >;
  const used = new Set(
    referencesIn(Object.values(files))
      .filter((name) => name.startsWith('var.'))
      .map((name) => name.slice(4)),
  );
  const given = targetsOf(files);
  return [
    ...[...used].filter((name) => !(name in declared)).map((name) => `variable '${name}' is not declared`),
    ...Object.keys(declared)
      .filter((name) => !used.has(name))
      .map((name) => `variable '${name}' is not used`),
    ...Object.entries(given).flatMap(([target, { variables }]) => [
      ...Object.keys(variables)
        .filter((name) => !(name in declared))
        .map((name) => `${target} gives '${name}', which is not declared`),
      ...Object.keys(declared)
        .filter((name) => !(name in variables) && (shared.includes(target) || declared[name]?.default === undefined))
        .filter((name) => !shared.includes(target) || !decidedByAzure.includes(name))
        .map((name) => `${target} gives '${name}' no value`),
    ]),
  ];
}

function targetsOf(files: Record<string, BundleFile>) {
  const merged: Record<
    string,
    { variables: Record<string, string>; mode?: string; runAs?: string; rootPath?: string; host?: string }
  > = {};
  for (const file of Object.values(files)) {
    for (const [name, target] of Object.entries(file.targets ?? {})) {
      const before = merged[name] ?? { variables: {} };
      const { mode, run_as: runAs, variables, workspace } = target ?? {};
      merged[name] = {
        ...before,
        ...(mode ? { mode } : {}),
        ...(runAs?.service_principal_name ? { runAs: runAs.service_principal_name } : {}),
        ...(workspace?.root_path ? { rootPath: workspace.root_path } : {}),
        ...(workspace?.host ? { host: workspace.host } : {}),
        variables: { ...before.variables, ...variables },
      };
    }
  }
  return merged;
}

function unresolvedResources(files: Record<string, BundleFile>): string[] {
  const known = Object.values(files).flatMap(({ resources = {} }) =>
    Object.entries(resources).flatMap(([kind, each]) =>
      Object.keys(each ?? {}).map((key) => `resources.${kind}.${key}`),
    ),
  );
  return referencesIn(Object.values(files))
    .filter((name) => !/^(var|bundle)\./.test(name))
    .filter((name) => !known.includes(name.split('.').slice(0, 3).join('.')))
    .map((name) => `'${name}' is nothing`);
}

/** Parameters that the Python behind an entry point knows. */
function toParameters(entry: string): string[] {
  const [, module = ''] =
    new RegExp(`^${entry} = "medallion_engine\\.([\\w.]+):main"$`, 'm').exec(read('spark/pyproject.toml')) ?? [];
  const file = `spark/src/medallion_engine/${module.replaceAll('.', '/')}.py`;
  if (module === '' || !existsSync(path.join(root, file))) return [];
  const text = layers.includes(entry) ? read('spark/src/medallion_engine/jobs/arguments.py') : read(file);
  return [...text.matchAll(/add_argument\(\s*"--([\w-]+)"/g)].map(([, name = '']) => name);
}

function problemsOfJob(key: string, job: Job): string[] {
  const parameters = job.parameters.map(({ name }) => name);
  const expected = layers.includes(key)
    ? [{ service_principal_name: '${' + 'var.operator}', level: 'CAN_MANAGE_RUN' }]
    : undefined;
  return [
    ...job.tasks.flatMap(({ python_wheel_task: wheel }) => {
      const known = toParameters(wheel.entry_point);
      const asked = textsOf(wheel.named_parameters).flatMap((text) =>
        [...text.matchAll(/\{\{job\.parameters\.([\w-]+)\}\}/g)].map(([, name = '']) => name),
      );
      return [
        ...(wheel.package_name === 'medallion_engine' ? [] : [`package '${wheel.package_name}'`]),
        ...(known.length > 0 ? [] : [`entry point '${wheel.entry_point}'`]),
        ...[...parameters, ...Object.keys(wheel.named_parameters)]
          .filter((name) => !known.includes(name))
          .map((name) => `'${wheel.entry_point}' does not know '${name}'`),
        ...asked.filter((name) => !parameters.includes(name)).map((name) => `parameter '${name}'`),
      ];
    }),
    ...(JSON.stringify(job.permissions) === JSON.stringify(expected)
      ? []
      : [`permissions ${JSON.stringify(job.permissions)}`]),
  ].map((problem) => `job '${key}': ${problem}`);
}

/** A task runs on serverless compute or on a cluster, never on both, and always on a version that somebody chose. */
function problemsOfCompute({ environments = [], job_clusters: clusters = [], tasks }: Job): string[] {
  const wheels = [
    ...environments.flatMap(({ spec }) => spec.dependencies),
    ...tasks.flatMap(({ libraries = [] }) => libraries.map(({ whl }) => whl)),
  ];
  return [
    ...tasks
      .filter(({ environment_key: one, job_cluster_key: other }) => {
        const isServerless = environments.some(({ environment_key }) => environment_key === one);
        const isCluster = clusters.some(({ job_cluster_key }) => job_cluster_key === other);
        return isServerless === isCluster || (one !== undefined && other !== undefined);
      })
      .map(({ task_key }) => `task '${task_key}' runs nowhere, or in two places`),
    ...environments
      .filter(({ spec }) => !/^\d+$/.test(spec.environment_version))
      .map(() => 'an environment is not pinned'),
    ...clusters
      .filter((each) => !/^\d+\.\d+\.x-/.test(each.new_cluster.spark_version))
      .map(() => 'a cluster is not pinned'),
    ...wheels.filter((each) => !/^(\.\.\/)+spark\/dist\/\*\.whl$/.test(each)).map((each) => `wheel '${each}'`),
    ...(wheels.length === 0 ? ['no wheel'] : []),
  ];
}

/** What holds data may not be deleted or replaced by a deployment. */
function problemsOfData(files: Record<string, BundleFile>): string[] {
  const kinds = ['external_locations', 'catalogs', 'schemas', 'volumes'];
  const resources = Object.values(files).flatMap((file) =>
    kinds.flatMap((kind) => Object.entries((file.resources?.[kind] ?? {}) as Record<string, DataResource>)),
  );
  const locations = Object.values(files).flatMap((file) =>
    Object.entries((file.resources?.['external_locations'] ?? {}) as Record<string, { enable_file_events?: boolean }>),
  );
  const withEvents = locations
    .filter(([, location]) => location.enable_file_events !== false)
    .map(([key]) => `'${key}' lets Databricks subscribe to the events of the account`);
  const destructible = resources.flatMap(([key, { lifecycle, storage_root: storageRoot = '' }]) => [
    ...(lifecycle?.prevent_destroy === true ? [] : [`'${key}' can be destroyed by a deployment`]),
    ...(storageRoot.endsWith('/') || storageRoot.endsWith('.url}') ? [`the root of '${key}' ends with a slash`] : []),
  ]);
  return [...withEvents, ...destructible];
}

/** What jobs may write: a person approves what lies in the other volumes, or has sent it. */
function problemsOfVolumes(files: Record<string, BundleFile>): string[] {
  const volumes = Object.values(files).flatMap(({ resources }) =>
    Object.entries((resources?.['volumes'] ?? {}) as Record<string, DataResource>),
  );
  return volumes
    .filter(([, { grants = [] }]) =>
      grants.some(
        ({ principal, privileges }) => principal === '${' + 'var.jobs_group}' && privileges.includes('WRITE_VOLUME'),
      ),
    )
    .filter(([key]) => key !== 'records')
    .map(([key]) => `jobs may write to the volume '${key}'`);
}

interface DataResource {
  readonly grants?: readonly { readonly principal: string; readonly privileges: readonly string[] }[];
  readonly lifecycle?: { readonly prevent_destroy?: boolean };
  readonly storage_root?: string;
}

function problemsOfTargets(files: Record<string, BundleFile>): string[] {
  const targets = targetsOf(files);
  return shared.flatMap((name) => {
    const target = targets[name];
    const runs = target?.runAs === '${' + 'var.jobs_principal}';
    return [
      ...(target?.mode === 'production' ? [] : ['is not in production mode']),
      ...(runs ? [] : ['runs as nobody in particular']),
      ...(target?.rootPath?.startsWith('/Workspace/') ? [] : ['lies in the folder of whoever deploys']),
      ...(target?.host === undefined ? [] : ['names a workspace, which only Azure knows']),
      ...decidedByAzure.filter((name) => target?.variables[name]).map((name) => `has a value for '${name}'`),
    ].map((problem) => `target '${name}' ${problem}`);
  });
}

const secretsIn = (files: Record<string, BundleFile>) =>
  textsOf(Object.values(files)).filter((text) => /\bdapi[0-9a-f]{8}|AccountKey|client_secret|\btoken\b/i.test(text));
