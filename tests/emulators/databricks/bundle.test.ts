import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createJobId, readJobs } from '../../../emulators/databricks/jobs/bundle.ts';
import { readVolumes } from '../../../emulators/databricks/jobs/bundle-volumes.ts';

const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

function readJobsFrom(text: string, variables: Record<string, string> = {}, target = 'local') {
  const bundle = join(folder, 'databricks.yml');
  writeFileSync(bundle, text);
  return readJobs({ bundle, target, variables });
}

const createBundle = (rest: string) => `
bundle: { name: b }
variables: { size: { default: small }, who: { default: "a \${var.size} \${bundle.target}" } }
targets: { local: {}, test: { variables: { size: big } } }
resources:
  jobs:
    j:
      name: j-\${var.size}
      tasks:
        - task_key: t
          python_wheel_task: { package_name: p, entry_point: e, parameters: ["\${var.who}"] }
          ${rest}
`;

describe('the bundle', () => {
  it('gives jobs the same id every time', () => {
    expect(readJobsFrom(createBundle(''))[0]?.id).toBe(createJobId('j-small'));
  });

  it.each([
    ['the default', 'local', {}, 'j-small'],
    ['the target', 'test', {}, 'j-big'],
    ['the caller', 'test', { size: 'huge' }, 'j-huge'],
  ])('takes a variable from %s', (_, target, variables, name) => {
    expect(readJobsFrom(createBundle(''), variables, target)[0]?.name).toBe(name);
  });

  it('resolves variables inside variables', () => {
    expect(readJobsFrom(createBundle(''))[0]?.tasks[0]?.arguments).toEqual({ ordered: ['a small local'] });
  });

  it('says which variable has no value, and where', () => {
    const text = createBundle('timeout_seconds: $' + '{var.limit}');

    expect(() => readJobsFrom(text)).toThrow(
      /'\$\{var\.limit\}' at 'resources\.jobs\.j\.tasks\[0\]\.timeout_seconds' has no/,
    );
  });

  it('adds the grants of a target to those of a volume, as a deployment does', () => {
    const grants = (principal: string) => `{ grants: [{ principal: ${principal}, privileges: [READ_VOLUME] }] }`;
    const text = `
targets: { local: { resources: { volumes: { landing: ${grants('tester')} } } }, test: {} }
resources: { volumes: { landing: ${grants('jobs')} } }`;
    const bundle = join(folder, 'databricks.yml');
    writeFileSync(bundle, text);
    const listPrincipals = (target: string) =>
      readVolumes({ bundle, target, variables: {}, volumes: { landing: folder } }).flatMap((volume) =>
        volume.grants.map(({ principal }) => principal),
      );
    expect(listPrincipals('local')).toEqual(['jobs', 'tester']);
    expect(listPrincipals('test')).toEqual(['jobs']);
  });

  it('knows whom jobs run as, the job first, and who may read what was deployed', () => {
    const text = createBundle('').replace(
      'local: {}',
      'local: { run_as: { service_principal_name: runner }, permissions: [{ group_name: readers, level: CAN_VIEW }] }',
    );
    const own = text.replace('      tasks:', '      run_as: { user_name: eve }\n      tasks:');

    expect(readJobsFrom(text)[0]).toMatchObject({ runAs: 'runner', readers: ['readers'] });
    expect(readJobsFrom(own)[0]).toMatchObject({ runAs: 'eve' });
    expect(readJobsFrom(createBundle(''))[0]).toMatchObject({ runAs: undefined, readers: [] });
  });

  it('refuses a target that is not there', () => {
    expect(() => readJobsFrom(createBundle(''), {}, 'prod')).toThrow("has no target 'prod'");
  });

  it('refuses tasks that wait for each other', () => {
    expect(() => readJobsFrom(createBundle('depends_on: [{ task_key: t }]'))).toThrow("can never run 't'");
  });

  it('reports every mistake of a job at once', () => {
    const text = createBundle('run_if: NEVER').replace('entry_point: e', 'entry: e');

    expect(() => readJobsFrom(text)).toThrow(/run_if.*entry_point|entry_point.*run_if/);
  });

  it('lets a target change a task of a job', () => {
    const text = createBundle('').replace(
      'local: {}',
      'local: { resources: { jobs: { j: { tasks: [{ task_key: t, max_retries: 3 }] } } } }',
    );

    expect(readJobsFrom(text)[0]?.tasks[0]).toMatchObject({ maxRetries: 3, entryPoint: 'e' });
  });
});
