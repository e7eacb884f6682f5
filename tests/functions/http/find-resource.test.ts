import { describe, expect, it } from 'vitest';
import { findFile, findPlan, findRun } from '../../../functions/http/find-resource.ts';
import { planPath, toSavedPlan } from '../../../medallion/reprocessing/plan.ts';
import { aFile } from '../../support/a-file.ts';
import { aPlan } from '../../support/a-plan.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { batch, publishedRun } from '../../support/samples.ts';
import { storeFile } from '../../support/store-file.ts';

const ids = ['', 'nothing', '../../etc/passwd', "' or true"];

describe('findFile', () => {
  it('gives the file', async () => {
    const ports = createFakePorts();
    const file = aFile('users/a');
    await storeFile(ports, file);
    expect(await findFile(ports, file.file)).toMatchObject({ file: file.file, path: 'users/a' });
  });

  it.for([...ids, '0'.repeat(32)])('says that there is no file %j', async (id) => {
    expect(await findFile(createFakePorts(), id)).toMatchObject({
      code: 'not_found',
      detail: `No file is registered as '${id}'.`,
    });
  });

  it('looks nothing up under an id that cannot be one', async () => {
    const ports = createFakePorts();
    for (const id of ids) await findFile(ports, id);
    expect(ports.table.requests).toEqual([]);
  });
});

describe('findRun', () => {
  it('gives the run', async () => {
    const ports = createFakePorts();
    await ports.runs.save(publishedRun);
    expect(await findRun(ports, batch)).toEqual(publishedRun);
  });

  it.for([...ids, '20270101T000000000Z-ffffffff'])('says that there is no run %j', async (id) => {
    const problem = { code: 'not_found', detail: `No run is recorded as '${id}'.` };
    expect(await findRun(createFakePorts(), id)).toMatchObject(problem);
  });
});

describe('findPlan', () => {
  it('gives the plan', async () => {
    const plan = aPlan();
    const ports = createFakePorts({ texts: { [planPath(plan.plan)]: JSON.stringify(plan) } });
    expect(await findPlan(ports, plan.plan)).toEqual(toSavedPlan(plan));
  });

  it.for([...ids, 'p-20270101T000000000Z-ffffffff'])('says that there is no plan %j', async (id) => {
    const problem = { code: 'not_found', detail: `No plan is saved as '${id}'.` };
    expect(await findPlan(createFakePorts(), id)).toMatchObject(problem);
  });
});
