import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from './expand.ts';

const missing = ['jq'].filter((name) => spawnSync(name, ['--help']).error !== undefined);
const whenThere = missing.length > 0 ? ` (skipped: no ${missing.join(', ')})` : '';

/** `azure-pipelines/operator.sh` as the pipeline runs it, with programs on its path that print what they are told. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'operator-script-'));
  mkdirSync(path.join(folder, 'bin'));
  const environment = { name: 'test', deployment: { api: { applicationId: 'a1' } } };
  writeFileSync(path.join(folder, 'environment.json'), JSON.stringify(environment));
  program('node', 'echo "$OPERATOR_TOKEN $*"');
  program('curl', '');
  answer('');
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(name: string, text: string): void {
  const file = path.join(folder, 'bin', name);
  writeFileSync(file, `#!/usr/bin/env bash\n${text}\n`);
  chmodSync(file, 0o755);
}

/** What Azure answers when it is asked for the deployment of the events. */
const answer = (eventing: string) =>
  program(
    'az',
    `case "$*" in
  *"--name infra"*) echo operator.example.com ;;
  *"--name eventing"*) ${eventing} true ;;
  "account get-access-token --resource api://a1"*) echo secret ;;
  *) echo "Unexpected call: $*" >&2; exit 2 ;;
esac`,
  );

function run(command: string) {
  const line = `set -euo pipefail; source ${path.join(root, 'azure-pipelines/operator.sh')} environment.json; ${command}`;
  const { status, stderr, stdout } = spawnSync('bash', ['-c', line], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, BUILD_BUILDNUMBER: '7.1', PATH: `${path.join(folder, 'bin')}:${process.env['PATH']}` },
  });
  return { status, stderr, stdout };
}

describe.skipIf(missing.length > 0)(`the operator${whenThere}`, () => {
  it.for(['hold', 'resume'])('is told to %s, with the identity of the pipeline and the name of its run', (verb) => {
    expect(run(`${verb}_operator`)).toEqual({
      status: 0,
      stderr: '',
      stdout: `secret cli/deployment/main.ts ${verb} --app https://operator.example.com --release 7.1\n`,
    });
  });

  it('that was never deployed has nothing to hold', () => {
    answer('echo "(DeploymentNotFound) It could not be found." >&2; exit 3;');
    expect(run('hold_operator')).toMatchObject({
      status: 0,
      stdout: 'There is no operator yet, so there is nothing to hold.\n',
    });
  });

  it('that does not answer is not held, since a deployment may be its cure', () => {
    program('curl', 'exit 22');
    expect(run('hold_operator')).toEqual({
      status: 0,
      stderr: '',
      stdout: '##vso[task.logissue type=warning]The operator does not answer, so it is not held.\n',
    });
  });

  it('is not taken for one that was never deployed when Azure says anything else', () => {
    answer('echo "(AuthorizationFailed) No right." >&2; exit 3;');
    expect(run('hold_operator')).toEqual({ status: 1, stderr: '(AuthorizationFailed) No right.\n', stdout: '' });
  });

  it('is asked for its health where the deployment says that it is', () => {
    program('curl', 'shift $(($# - 1)); echo "$1"');
    expect(run('operator_answers')).toMatchObject({ status: 0, stdout: 'https://operator.example.com/api/health\n' });
  });
});
