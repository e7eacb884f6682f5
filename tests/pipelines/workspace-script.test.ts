import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from './expand.ts';

const missing = ['jq', 'unzip', 'zip'].filter((name) => spawnSync(name, ['--help']).error !== undefined);
const whenThere = missing.length > 0 ? ` (skipped: no ${missing.join(', ')})` : '';

/** `databricks/workspace.sh` as the pipeline runs it, with programs on its path that keep what they are told. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'workspace-script-'));
  for (const name of ['bin', 'state', 'spark/dist']) mkdirSync(path.join(folder, name), { recursive: true });
  write('environment.json', JSON.stringify(environment));
  program('az', 'echo /subscriptions/x');
  // The script downloads the CLI and checks it; here it finds the one that is on the path.
  program('curl', 'exit 0');
  program('sha256sum', 'cat > /dev/null');
  program('unzip', '[ "$1" = -q ] && exit 0; exec /usr/bin/unzip "$@"');
  program('databricks', databricks);
});
afterEach(() => rmSync(folder, { recursive: true }));

const environment = {
  name: 'test',
  databricks: {
    workspaceUrl: 'https://adb-7.1.azuredatabricks.net',
    catalog: 'medallion_test',
    warehouseId: 'w1',
    jobs: { bronze: 'b', silver: 's', gold: 'g' },
  },
};

/** Keeps modes and bindings as files. A second workspace that was bound by hand is one more line. */
const databricks = `
state=${'$'}{0%/bin/*}/state
case "$1 $2" in
  "api patch") key=$(echo "${'$'}{3#*/bindings/}" | tr / =); echo 7 >> "$state/bound $key" ;;
  "api get") key=$(echo "${'$'}{3#*/bindings/}" | tr / =)
    sort --unique "$state/bound $key" | jq --slurp '{bindings: map({workspace_id: .})}' ;;
  *" update") [ -e "$state/deaf" ] && [ "$1" = "$(cat "$state/deaf")" ] || echo "$5" > "$state/mode $1 $3" ;;
  "warehouses get") [ -e "$state/warehouse" ] || { echo "Error: SQL warehouse $3 does not exist." >&2; exit 1; } ;;
  "bundle deploy") echo jobs >> "$state/order" ;;
  *" get") jq --null-input --arg mode "$(cat "$state/mode $1 $3" 2> "$state/errors" || echo OPEN)" '{isolation_mode: $mode}' ;;
  "jobs list-runs") if [ -e "$state/runs" ]; then cat "$state/runs" && [ ! -e "$state/once" ] || rm "$state/runs"; else echo null; fi ;;
  "workspace get-status")
    [ -e "$state/refused" ] && { echo "Error: no permission" >&2; exit 1; }
    [ -e "$state/deployed.whl" ] || { echo "Error: Path ($3) doesn't exist." >&2; exit 1; } ;;
  "workspace export") cp "$state/deployed.whl" "$7" ;;
  *) echo "Unexpected call: $*" >&2; exit 2 ;;
esac`;

const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
function program(name: string, text: string): void {
  write(`bin/${name}`, `#!/usr/bin/env bash\n${text}\n`);
  chmodSync(path.join(folder, 'bin', name), 0o755);
}

function run(command: string) {
  const script = path.join(root, 'databricks/workspace.sh');
  const line = `set -euo pipefail; source ${script} environment.json; ${command}`;
  const searchPath = `${path.join(folder, 'bin')}:${process.env['PATH']}`;
  const { status, stderr } = spawnSync('bash', ['-c', line], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PATH: searchPath },
  });
  return { status, stderr };
}

const locations = ['tables', 'landing', 'control'].map((part) => `medallion-test-${part}`);

describe.skipIf(missing.length > 0)(`after the bundle${whenThere}`, () => {
  it('catalog, credential and locations are isolated and bound to the workspace of the environment', () => {
    expect(run('after_the_bundle')).toEqual({ status: 0, stderr: '' });
    const modes = ['storage-credentials medallion-test', ...locations.map((name) => `external-locations ${name}`)];
    for (const name of modes)
      expect(readFileSync(path.join(folder, `state/mode ${name}`), 'utf8')).toBe('ISOLATION_MODE_ISOLATED\n');
    expect(readFileSync(path.join(folder, 'state/mode catalogs medallion_test'), 'utf8')).toBe('ISOLATED\n');
    for (const name of locations)
      expect(existsSync(path.join(folder, `state/bound external_location=${name}`))).toBe(true);
  });

  it.for(['catalogs', 'storage-credentials', 'external-locations'])('stops where %s stay open', (kind) => {
    write('state/deaf', kind);
    const { status, stderr } = run('after_the_bundle');
    expect(status).not.toBe(0);
    expect(stderr).toContain("has the isolation mode 'OPEN': other workspaces of the metastore see it.");
  });

  it('stops where a second workspace is bound', () => {
    write('state/bound external_location=medallion-test-landing', '8\n');
    const { status, stderr } = run('after_the_bundle');
    expect(status).not.toBe(0);
    expect(stderr).toContain("'external_location/medallion-test-landing' is bound to the workspaces [7,8]");
  });
});

describe.skipIf(missing.length > 0)(`the order of tables and jobs${whenThere}`, () => {
  const deploy = 'tables_before_jobs; databricks bundle deploy; tables_are_as_the_contracts_say';
  const getOrder = () => readFileSync(path.join(folder, 'state/order'), 'utf8').trim().split('\n');
  beforeEach(() => program('node', 'echo tables >> "$(dirname "$0")/../state/order"'));

  it('is tables, then jobs, so that a new job finds its tables', () => {
    write('state/warehouse', '');
    expect(run(deploy)).toEqual({ status: 0, stderr: '' });
    expect(getOrder()).toEqual(['tables', 'jobs', 'tables']);
  });

  it('is jobs, then tables, where the bundle has yet to make the warehouse', () => {
    expect(run(deploy)).toEqual({ status: 0, stderr: '' });
    expect(getOrder()).toEqual(['jobs', 'tables']);
  });
});

describe.skipIf(missing.length > 0)(`runs of jobs${whenThere}`, () => {
  const list = (...names: string[]) =>
    write('state/runs', JSON.stringify(names.map((name, at) => ({ run_name: name, run_id: at + 1 }))));

  it('of the environment are waited for', () => {
    list('medallion-maintenance');
    write('state/once', '');
    expect(run('pause_seconds=0 no_job_runs')).toEqual({ status: 0, stderr: '' });
  });

  it('that do not end stop the deployment, by their names', () => {
    list('g', 'of somebody else');
    const { status, stderr } = run('patience_seconds=0 no_job_runs');
    expect(status).not.toBe(0);
    expect(stderr).toContain('No table and no job was deployed, since these runs are still active: g 1.');
  });

  it('of others are none of our business', () => {
    list('of somebody else');
    expect(run('no_job_runs')).toEqual({ status: 0, stderr: '' });
  });
});

describe.skipIf(missing.length > 0)(`a wheel${whenThere}`, () => {
  const name = 'medallion_engine-0.1.0+gabc-py3-none-any.whl';
  function pack(file: string, code: string): void {
    mkdirSync(path.join(folder, 'wheel/m.dist-info'), { recursive: true });
    write('wheel/m.dist-info/RECORD', `m.py,sha256=${code},1\n`);
    rmSync(path.join(folder, file), { force: true });
    const zip = spawnSync('zip', ['-qr', path.join(folder, file), '.'], { cwd: path.join(folder, 'wheel') });
    expect(zip.status).toBe(0);
  }

  it('that was never deployed may be', () => {
    pack(`spark/dist/${name}`, 'one');
    expect(run('wheel_has_a_name_of_its_own')).toEqual({ status: 0, stderr: '' });
  });

  it('may be deployed again with the same code', () => {
    pack(`spark/dist/${name}`, 'one');
    pack('state/deployed.whl', 'one');
    expect(run('wheel_has_a_name_of_its_own')).toEqual({ status: 0, stderr: '' });
  });

  it('is refused with other code under the name of one that is deployed, since the old code would run', () => {
    pack(`spark/dist/${name}`, 'two');
    pack('state/deployed.whl', 'one');
    const { status, stderr } = run('wheel_has_a_name_of_its_own');
    expect(status).not.toBe(0);
    expect(stderr).toContain(`The wheel '${name}' is deployed already, with other code.`);
  });

  it('is refused when nobody can tell what is deployed', () => {
    pack(`spark/dist/${name}`, 'one');
    write('state/refused', '');
    expect(run('wheel_has_a_name_of_its_own')).toMatchObject({ status: 1, stderr: 'Error: no permission\n' });
  });
});
