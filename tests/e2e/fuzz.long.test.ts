import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import { waitUntil } from '../../bench/harness/target.ts';
import { send } from '../support/api.ts';
import { fuzz } from '../support/schemathesis.ts';

let cloud: RunningStack;
const folder = mkdtempSync(path.join(tmpdir(), 'fuzz-'));

/** What the description cannot say: which texts are marks of pages, and that a thing has to be in a certain state. */
const notInTheDescription = 'positive_data_acceptance,unsupported_method';

/** Refusals, with the one that the host gives for an address that is too long. */
const rejections = [400, 401, 403, 404, 409, 410, 413, 415, 422, 431].map(String);

beforeAll(async () => {
  cloud = await RunningStack.start();
  const content = 'mac_address,gym,login,logout\n4c:c5:9f:cb:13:bd,1,1700000000,1700003600\nnonsense\n';
  await cloud.land('gym_logins/fuzz.csv', content);
  await waitUntil('the file', async () => (await cloud.listFiles('path=gym_logins/fuzz.csv')).length > 0);
  await cloud.waitUntilQuiet();
});

afterAll(async () => {
  await cloud?.dismiss();
  rmSync(folder, { recursive: true, force: true });
});

/** Things that are there, among those that are not, so that every operation also meets what it is about. */
async function dictionaries(): Promise<string> {
  const { file } = await cloud.getFile('gym_logins/fuzz.csv');
  const [run] = await cloud.listRuns();
  const wish = { selection: { files: { dataset: 'gym_logins' } }, reason: 'To be fuzzed.' };
  const { body } = await send(cloud.addresses.app, 'reprocess', wish);
  const known = { id: [file, run?.batch], file: [file], plan: [body.plan], release: [run?.release] };
  return Object.entries(known)
    .map(([name, values]) => `[dictionaries.${name}]\nvalues = ${JSON.stringify(values)}\n`)
    .concat('[parameters]', ...Object.keys(known).map((name) => `"path.${name}" = { dictionary = "${name}" }`))
    .concat('[checks.negative_data_rejection]', `expected-statuses = ${JSON.stringify(rejections)}`)
    .join('\n');
}

it('every verb of the API keeps its description, whatever it is sent: no 5xx, no answer outside the schema', async () => {
  writeFileSync(path.join(folder, 'schemathesis.toml'), await dictionaries());
  const args = [
    '--exclude-checks',
    notInTheDescription,
    '--max-examples',
    '40',
    '--continue-on-failure',
    '--seed',
    '1',
    '--request-timeout',
    '120',
  ];
  const { code, output } = await fuzz(cloud.addresses.app, args, folder);
  expect(output).toMatch(/Tested: (\d+)/);
  const [, selected, tested] = /Selected: (\d+)\/\d+\s+Tested: (\d+)/.exec(output) ?? [];
  expect(tested, output).toBe(selected);
  expect(code, output).toBe(0);
  const { rejectedRequests } = await cloud.getHealth();
  console.log(`${/Test cases:\s+([^\n]+)/.exec(output)?.[1]}; rejected: ${JSON.stringify(rejectedRequests)}`);
  expect(rejectedRequests['internal_error'] ?? 0).toBe(0);
});
