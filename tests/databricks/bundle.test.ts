import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readJobs } from '../../emulators/databricks/jobs/bundle.ts';
import { type Environment, readEnvironment } from '../../environments/environment.ts';
import { createTarget } from '../../tools/generate/environments.ts';
import { type BundleFile, bundleFiles, type Granted, type Job, jobsFor, jobsOf, root } from './bundle-files.ts';
import { problemsOf } from './problems.ts';

const environmentNames = ['local', 'dev', 'test', 'prod'] as const;
const environment = (name: string) => readEnvironment(path.join(root, `environments/${name}.json`));
const bundle = path.join(root, 'databricks/databricks.yml');

type Files = Record<string, BundleFile>;
const job = (files: Files, key: string) => jobsOf(files)[key] as Job;
const file = (files: Files, name: string) => files[name] as BundleFile;

describe('the bundle', () => {
  it.for(['bronze', 'silver', 'gold'])('ends the job of %s after hours, not never', (layer) => {
    const { tasks } = job(bundleFiles(), layer);
    expect(tasks).toMatchObject(tasks.map(() => ({ timeout_seconds: 14_400 })));
  });

  it('refers to nothing that is not there, and gives nobody more than is meant', () => {
    expect(problemsOf(bundleFiles())).toEqual([]);
  });

  const plants: Record<string, (files: Files) => void> = {
    'a file that is not there': (files) => file(files, 'databricks.yml').include?.push('nowhere/*.yml'),
    'a file that nobody includes': (files) => Object.assign(files, { 'strays/job.yml': {} }),
    'a variable that is not declared': (files) => {
      job(files, 'bronze').name = '$' + '{var.bronce_job}';
    },
    'a variable without a value': (files) => {
      delete file(files, 'targets.yml').targets?.['prod']?.variables?.['landing_url'];
    },
    'a variable of another name': (files) => {
      Object.assign(file(files, 'targets.yml').targets?.['dev']?.variables ?? {}, { colour: 'red' });
    },
    'a resource that is not there': (files) => {
      const volumes = file(files, 'resources/catalog.yml').resources?.['volumes'] as { landing: object };
      Object.assign(volumes.landing, { schema_name: '$' + '{resources.schemas.ops.name}' });
    },
    'a job that starts what is not there': (files) => {
      for (const task of job(files, 'gold').tasks) task.python_wheel_task.entry_point = 'golden';
    },
    'a parameter that no job has': (files) => {
      for (const task of job(files, 'silver').tasks)
        task.python_wheel_task.named_parameters['batch'] = '{{job.parameters.bach}}';
    },
    'a parameter that no program knows': (files) =>
      job(files, 'maintenance').parameters.push({ name: 'haste', default: '' }),
    'an environment that is not there': (files) => {
      for (const task of job(files, 'maintenance').tasks) task.environment_key = 'elsewhere';
    },
    'a layer that runs nowhere': (files) => {
      delete file(files, 'targets.yml').targets?.['prod']?.resources?.jobs?.['bronze'];
    },
    'a layer that runs in two places': (files) => {
      for (const task of job(files, 'silver').tasks) task.job_cluster_key = 'stream';
    },
    'an environment that is not pinned': (files) => {
      for (const each of job(files, 'integration').environments ?? []) each.spec.environment_version = 'latest';
    },
    'a wheel from elsewhere': (files) => {
      for (const each of job(files, 'maintenance').environments ?? []) each.spec.dependencies = ['../../dist/*.whl'];
    },
    'an operator that may change jobs': (files) => {
      for (const each of job(files, 'gold').permissions ?? []) each.level = 'CAN_MANAGE';
    },
    'an operator that may run maintenance': (files) => {
      job(files, 'maintenance').permissions = [{ service_principal_name: 'x', level: 'CAN_MANAGE_RUN' }];
    },
    'a target that runs as whoever deploys': (files) => {
      delete file(files, 'targets.yml').targets?.['test']?.run_as;
    },
    'a target that renames its jobs': (files) => {
      Object.assign(file(files, 'targets.yml').targets?.['prod'] ?? {}, { mode: 'development' });
    },
    'a volume that a deployment may delete': (files) => {
      const volumes = file(files, 'resources/catalog.yml').resources?.['volumes'] as { landing: object };
      Object.assign(volumes.landing, { lifecycle: {} });
    },
    'jobs that may change what was approved': (files) => {
      const volumes = file(files, 'resources/catalog.yml').resources?.['volumes'] as { control: object };
      Object.assign(volumes.control, {
        grants: [{ principal: '$' + '{var.jobs_group}', privileges: ['READ_VOLUME', 'WRITE_VOLUME'] }],
      });
    },
    'a root that Unity Catalog would answer otherwise': (files) => {
      const catalogs = file(files, 'resources/catalog.yml').resources?.['catalogs'] as { medallion: object };
      Object.assign(catalogs.medallion, { storage_root: '$' + '{resources.external_locations.tables.url}' });
    },
    'a location whose events Databricks takes': (files) => {
      const locations = file(files, 'resources/catalog.yml').resources?.['external_locations'] as { landing: object };
      Object.assign(locations.landing, { enable_file_events: true });
    },
    'maintenance that fails in silence': (files) => {
      delete job(files, 'maintenance').email_notifications;
    },
    'an id that Azure decides': (files) => {
      Object.assign(file(files, 'targets.yml').targets?.['dev']?.variables ?? {}, { operator: 'an-id' });
    },
    'jobs that cannot read their wheel': (files) => {
      delete file(files, 'databricks.yml').permissions;
    },
    'a personal access token': (files) => {
      Object.assign(file(files, 'targets.yml').targets?.['prod']?.workspace ?? {}, { auth: 'dapi0123456789abcdef' });
    },
  };
  it.for(Object.entries(plants))('is refused with %s', ([, plant]) => {
    const files = bundleFiles();
    plant(files);
    expect(problemsOf(files)).not.toEqual([]);
  });
});

describe.for(environmentNames)('the jobs of %s', (name) => {
  const jobs = readJobs({ bundle, target: name, variables: {} });
  const { databricks } = environment(name);

  it('have the names that the operator asks for, and what the environment says as defaults', () => {
    for (const layer of ['bronze', 'silver', 'gold'] as const) {
      const found = jobs.find((each) => each.name === databricks.jobs[layer]);
      expect(found?.maxConcurrentRuns).toBe(1);
      expect(Object.fromEntries(found?.parameters.map((each) => [each.name, each.default]) ?? [])).toMatchObject({
        catalog: databricks.catalog,
        landing: databricks.landingRoot,
        control: databricks.controlRoot,
        records: databricks.recordsRoot,
      });
    }
  });

  it('are those of the layers, maintenance, and the integration test where there is one', () => {
    const tests = name === 'prod' ? [] : ['medallion-integration'];
    expect(jobs.map((each) => each.name).sort()).toEqual(
      [...Object.values(databricks.jobs), ...tests, 'medallion-maintenance'].sort(),
    );
  });
});

describe('prod', () => {
  const files = bundleFiles();
  const target = files['targets.yml']?.targets?.['prod'];
  const listGranted = (kind: 'schemas' | 'volumes') => [
    ...Object.values((files['resources/catalog.yml']?.resources?.[kind] ?? {}) as Record<string, Granted>),
    ...Object.values(target?.resources?.[kind] ?? {}),
  ];
  const grants = (['schemas', 'volumes'] as const).flatMap(listGranted).flatMap((resource) => resource.grants ?? []);

  it('has no tester, neither as a grant nor as somebody who reads the wheel', () => {
    expect(target?.permissions).toBeUndefined();
    expect(new Set(grants.map(({ principal }) => principal))).toEqual(new Set(['$' + '{var.jobs_group}']));
  });

  it('lets nobody write to the landing zone by way of the catalog', () => {
    const { landing } = (files['resources/catalog.yml']?.resources?.['volumes'] ?? {}) as Record<string, Granted>;
    expect(landing?.grants?.flatMap(({ privileges }) => privileges)).toEqual(['READ_VOLUME']);
    expect(files['targets.yml']?.targets?.['dev']?.resources?.volumes?.['landing']?.grants).toMatchObject([
      { privileges: ['READ_VOLUME', 'WRITE_VOLUME'] },
    ]);
  });
});

describe.for(['dev', 'test', 'prod'])('the schedules of %s', (name) => {
  const jobs = readJobs({ bundle, target: name, variables: {} });
  const settingsOf = (job: string) => jobs.find((each) => each.name === job)?.settings;
  const { deployment } = environment(name);

  it('run maintenance at the hour of the environment', () => {
    const [hour, minute] = deployment?.schedule.maintenanceAt.split(':').map(Number) ?? [];
    expect(settingsOf('medallion-maintenance')).toMatchObject({
      schedule: { quartz_cron_expression: `0 ${minute} ${hour} * * ?`, timezone_id: 'UTC' },
    });
  });

  if (deployment?.verify !== 'integration') return;
  it('let the integration test wait as long as sweeps need, as an identity of its own', () => {
    const integration = jobs.find((each) => each.name === 'medallion-integration');
    const policy = integration?.parameters.find((each) => each.name === 'patience')?.default;
    expect(Number(policy)).toBeGreaterThan(2 * (deployment?.schedule.sweepIntervalMinutes ?? 0));
    expect(integration?.settings).toMatchObject({ run_as: { service_principal_name: '' } });
  });
});

describe('the volumes of the bundle', () => {
  it('are the folders that the environments name', () => {
    const { schemas, volumes } = bundleFiles()['resources/catalog.yml']?.resources ?? {};
    const named = (resource: unknown) => (resource as { name: string }).name;
    for (const name of ['dev', 'test', 'prod']) {
      const { databricks } = environment(name);
      const folder = `/Volumes/${databricks.catalog}/${named(schemas?.['files'])}`;
      expect(databricks.landingRoot).toBe(`${folder}/${named(volumes?.['landing'])}`);
      expect(databricks.controlRoot).toBe(`${folder}/${named(volumes?.['control'])}`);
      expect(databricks.recordsRoot).toBe(`${folder}/${named(volumes?.['records'])}`);
    }
  });
});

describe('a layer that is always on', () => {
  const modes = { bronze: 'triggered', silver: 'continuous', gold: 'triggered' };
  const target = createTarget({ ...environment('prod'), modes } as Environment);

  it('runs on a cluster without an end, beside layers that run as before', () => {
    const files: Files = {
      ...bundleFiles(),
      'targets.yml': { targets: { ...bundleFiles()['targets.yml']?.targets, prod: target } },
    };
    const { bronze, silver } = jobsFor(files, 'prod');

    expect(silver?.tasks).toMatchObject([{ job_cluster_key: 'stream', timeout_seconds: 0, max_retries: 0 }]);
    expect(silver?.environments).toBeUndefined();
    expect(bronze?.tasks).toMatchObject([{ environment_key: 'jobs', timeout_seconds: 14_400 }]);
    expect(problemsOf(files)).toEqual([]);
  });
});
