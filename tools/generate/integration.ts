/** Who runs the integration test, and what it runs on. */
interface IntegrationTest {
  readonly tester: string;
  readonly patienceMinutes: number;
  readonly wheel: string;
}

/**
 * What an environment with an integration test has beside all others: a job, and an identity that may land files. An
 * environment that is only looked at has neither. A bundle adds lists of a target to those of its resources.
 */
export const createIntegration = (test: IntegrationTest) => ({
  permissions: [{ service_principal_name: test.tester, level: 'CAN_VIEW' }],
  resources: {
    jobs: { integration: createJob(test) },
    schemas: { files: { grants: [{ principal: test.tester, privileges: ['USE_SCHEMA'] }] } },
    volumes: {
      // Lands a known batch, and then the same files without a row.
      landing: { grants: [{ principal: test.tester, privileges: ['READ_VOLUME', 'WRITE_VOLUME'] }] },
    },
  },
});

const createJob = ({ patienceMinutes, tester, wheel }: IntegrationTest) => ({
  name: 'medallion-integration',
  description: 'Lands a known batch under a name of its own, waits for its rows in gold, and takes them back.',
  max_concurrent_runs: 1,
  queue: { enabled: true },
  // Not as the jobs of the layers: those only read what has landed.
  run_as: { service_principal_name: tester },
  parameters: [
    { name: 'catalog', default: reference('var.catalog') },
    { name: 'landing', default: reference('var.landing') },
    { name: 'patience', default: String(patienceMinutes) },
    { name: 'expected', default: '' },
  ],
  tasks: [createTask()],
  environments: [{ environment_key: 'jobs', spec: { environment_version: '5', dependencies: [wheel] } }],
});

const createTask = () => ({
  task_key: 'integration',
  // What it lands has the run's own id in its name, so a second try would not meet what the first left behind.
  max_retries: 0,
  timeout_seconds: 7200,
  environment_key: 'jobs',
  python_wheel_task: {
    package_name: 'medallion_engine',
    entry_point: 'integration',
    named_parameters: {
      run: '{{job.run_id}}',
      catalog: '{{job.parameters.catalog}}',
      landing: '{{job.parameters.landing}}',
      patience: '{{job.parameters.patience}}',
      expected: '{{job.parameters.expected}}',
    },
  },
});

const reference = (name: string) => `\${${name}}`;
