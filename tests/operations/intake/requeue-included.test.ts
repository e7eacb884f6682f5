import { describe, expect, it } from 'vitest';
import { exclusionPath } from '../../../medallion/files/decisions.ts';
import type { RegisteredFile } from '../../../medallion/files/file.ts';
import { manifestPath, parseManifest, reportFolder } from '../../../medallion/files/manifest.ts';
import { excludeFile, includeFile } from '../../../operations/intake/decide-file.ts';
import { finalizeFiles } from '../../../operations/intake/finalize-files.ts';
import { finishForming, writeManifest } from '../../../operations/intake/form-batch.ts';
import { requeueIncluded } from '../../../operations/intake/requeue-included.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createRun, toBatch } from '../../support/batches.ts';
import { createFakePorts, type FakePorts } from '../../support/fake-ports.ts';
import { registerFiles } from '../../support/register-files.ts';

const path = 'gym_logins/a';
const first = toBatch(1);
const second = toBatch(2);
const now = new Date('2026-01-01T00:00:04.000Z');

async function formBatch(ports: FakePorts, batch: string): Promise<void> {
  await writeManifest(ports, batch, 10);
  await finishForming(ports, batch);
}

const getFile = async (ports: FakePorts) => (await ports.files.list({ path }, 1)).rows[0] as RegisteredFile;

/** Bronze leaves out what has the text of an exclusion. */
function leaveOut(ports: FakePorts, batch: string): void {
  const files = parseManifest(ports.texts.get(manifestPath(batch)) ?? '').map(({ file }) => ({
    file,
    outcome: 'excluded',
    lines: 0,
    blank: 0,
    accepted: 0,
    quarantinedLines: 0,
  }));
  const report = { batch, layer: 'bronze', tables: [], files };
  ports.texts.set(`${reportFolder(batch, 'bronze')}/00000001.json`, JSON.stringify(report));
}

/** A file that was included while a batch with its removal was formed, and is in the next batch. */
async function createOvertaken(): Promise<FakePorts> {
  const ports = createFakePorts({ datasets: [aLanding('gym_logins')] });
  await registerFiles(ports, [{ path }]);
  await excludeFile(ports, await getFile(ports), 'Wrong.');
  const next = async (max: number) => {
    const waiting = await ports.queue.next(max);
    await includeFile(ports, await getFile(ports));
    return waiting;
  };
  await formBatch({ ...ports, queue: { ...ports.queue, next } }, first);
  await formBatch(ports, second);
  leaveOut(ports, second);
  return ports;
}

describe('a file that was included, and that bronze has left out all the same', () => {
  it.for(['published', 'failed'] as const)('waits for the next batch after a run that is %s', async (outcome) => {
    const ports = await createOvertaken();
    expect(await getFile(ports)).toMatchObject({ status: 'loading', batch: second });
    const release = outcome === 'published' ? { release: 'r-2' } : { reason: 'It broke.' };
    await finalizeFiles(ports, createRun(2, outcome, release), now);
    expect(await getFile(ports)).toMatchObject({ status: 'pending' });
    expect(ports.texts.has(exclusionPath(await getFile(ports)))).toBe(false);
    expect(await ports.queue.count()).toBe(1);
  });

  it('stays out if somebody excludes it once more meanwhile', async () => {
    const ports = await createOvertaken();
    const list = ports.lake.listControl;
    const lake = {
      ...ports.lake,
      listControl: async (folder: string) => {
        await excludeFile(ports, await getFile(ports), 'Wrong again.');
        return list(folder);
      },
    };
    await requeueIncluded({ ...ports, lake }, second);
    expect(await getFile(ports)).toMatchObject({ status: 'excluded', reason: 'Wrong again.' });
    expect(ports.texts.has(exclusionPath(await getFile(ports)))).toBe(true);
  });
});
