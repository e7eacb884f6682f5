import { describe, expect, it } from 'vitest';
import { acceptFile, excludeFile, includeFile } from '../../../../functions/http/routes/file-actions.ts';
import { mostlyBrokenRule } from '../../../../medallion/files/decisions.ts';
import { aFile } from '../../../support/a-file.ts';
import { aLanding } from '../../../support/a-landing.ts';
import { storeFile } from '../../../support/store-file.ts';
import { createPrincipal, createTestContext, entra, send, type TestContext } from '../../../support/test-context.ts';

const published = aFile('gym_logins/a');
const broken = aFile('gym_logins/b', {
  status: 'quarantined',
  lines: 12,
  quarantinedLines: 12,
  violations: { [mostlyBrokenRule]: 12 },
});
const body = { reason: 'It was the wrong file.' };
const toParams = ({ file }: { file: string }) => ({ params: { id: file }, body });

async function createContext(): Promise<TestContext> {
  const context = createTestContext({ datasets: [aLanding('gym_logins')] });
  await storeFile(context.ports, published);
  await storeFile(context.ports, broken);
  return context;
}

const getStatus = async ({ ports }: TestContext, { file }: { file: string }) =>
  (await ports.files.findById(file))?.status;
const listActions = async ({ ports }: TestContext) =>
  (await ports.auditLog.list({}, 10)).rows.map(({ action, target }) => [action, target]);

describe('a file', () => {
  it('is excluded with a reason, and the pipeline is woken to remove its rows', async () => {
    const context = await createContext();
    expect(await send(context, excludeFile, toParams(published))).toMatchObject({
      status: 202,
      body: { action: 'exclude', target: published.file, actor: 'local' },
    });
    expect(await context.ports.files.findById(published.file)).toMatchObject({
      status: 'excluded',
      reason: "Excluded by 'local': It was the wrong file.",
    });
    expect(context.wakeUps).toEqual(['pipeline']);
    expect((await send(context, excludeFile, toParams(published))).status).toBe(409);
    expect(await listActions(context)).toEqual([['exclude', published.file]]);
  });

  it('is included again, and only if it was excluded', async () => {
    const context = await createContext();
    expect((await send(context, includeFile, toParams(published))).status).toBe(409);
    await send(context, excludeFile, toParams(published));
    expect((await send(context, includeFile, toParams(published))).status).toBe(202);
    expect(await getStatus(context, published)).toBe('pending');
    expect(await listActions(context)).toContainEqual(['include', published.file]);
  });

  it('is accepted if too many of its lines are broken, and only then', async () => {
    const context = await createContext();
    expect((await send(context, acceptFile, toParams(published))).status).toBe(409);
    expect((await send(context, acceptFile, toParams(broken))).status).toBe(202);
    expect(await getStatus(context, broken)).toBe('pending');
    expect(await listActions(context)).toEqual([['accept', broken.file]]);
  });
});

describe.each([excludeFile, includeFile, acceptFile])('$name', (route) => {
  it('has no other file', async () => {
    expect((await send(await createContext(), route, { params: { id: 'nothing' }, body })).status).toBe(404);
  });

  it('needs the app role of an operator', async () => {
    const headers = createPrincipal('ann', 'reader');
    const request = { ...toParams(published), headers, access: entra };
    expect((await send(await createContext(), route, request)).status).toBe(403);
  });
});
