import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestApp } from '../emulators/burst/test-app.ts';
import { send } from '../support/api.ts';

const app = new TestApp();
beforeAll(() => app.start());
afterAll(() => app.end());

const upload = (name: string) => app.landing.getBlockBlobClient(`gym_logins/${name}.csv`).upload('x\n', 2);
const listStatuses = async () =>
  (await app.listFiles()).map(({ path, status }) => `${path}: ${status}`).toSorted((a, b) => a.localeCompare(b));

/** As the API shows it: a target with the last part of the address. */
async function listAudit(): Promise<string[]> {
  const response = await fetch(`${app.address}/api/audit-log`);
  const { entries } = (await response.json()) as { entries: { action: string; reason: string }[] };
  return entries.map(({ action, reason }) => `${action}: ${reason}`);
}

it('a state table that somebody deletes comes back from the last backup, with what people have decided', async () => {
  await Promise.all(['kept', 'wrong'].map(upload));
  await expect.poll(listStatuses, { timeout: 30_000 }).toHaveLength(2);
  const wrong = (await app.listFiles()).find(({ path }) => path.includes('wrong'));
  const excluded = await send(app.address, `files/${wrong?.file}/exclude`, { reason: 'It was a rehearsal.' });
  expect(excluded.status).toBeLessThan(300);
  await app.runTimer('retention');
  await expect.poll(() => app.listBackups(), { timeout: 30_000 }).toHaveLength(1);
  const statuses = await listStatuses();
  const decisions = await listAudit();

  await app.stateTable.deleteTable();
  await upload('after');
  await expect.poll(listStatuses, { timeout: 60_000 }).toEqual(['gym_logins/after.csv: pending', ...statuses]);
  const [restored, ...others] = await listAudit();
  expect(restored).toMatch(/^restore: The state table was lost, and restored from backup '/);
  expect(others).toEqual(decisions);
});
