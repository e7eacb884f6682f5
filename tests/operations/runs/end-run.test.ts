import { describe, expect, it } from 'vitest';
import { formatManifest, manifestPath } from '../../../medallion/files/manifest.ts';
import {
  rejectUnlessOpen,
  rejectUnlessRunning,
  rejectUnlessSkippable,
  skipRun,
} from '../../../operations/runs/end-run.ts';
import { aFile } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createRun, toBatch } from '../../support/batches.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { storeFile } from '../../support/store-file.ts';

const batch = toBatch(1);

describe('a run that may be retried or skipped', () => {
  it.for(['blocked', 'failed', 'cancelled'] as const)('ended without a release: %s', (outcome) => {
    expect(rejectUnlessOpen(createRun(1, outcome))).toBeUndefined();
  });

  it.for(['running', 'published', 'halted', 'skipped'] as const)('is not %s', (outcome) => {
    expect(rejectUnlessOpen(createRun(1, outcome))).toEqual({
      kind: 'rejected',
      code: 'conflict',
      reason: `Run '${batch}' is ${outcome}; there is nothing left to do about it.`,
    });
  });

  it('is in no release yet', () => {
    expect(rejectUnlessOpen(createRun(1, 'blocked', { release: 'r-2' }))?.reason).toBe(
      `Run '${batch}' is blocked and in release 'r-2'; there is nothing left to do about it.`,
    );
  });
});

describe('a run that may be cancelled', () => {
  it('is running', () => {
    expect(rejectUnlessRunning(createRun(1, 'running'))).toBeUndefined();
    expect(rejectUnlessRunning(createRun(1, 'failed'))).toEqual({
      kind: 'rejected',
      code: 'conflict',
      reason: `Run '${batch}' has ended already: failed.`,
    });
  });
});

describe('a run that may be skipped', () => {
  it('has files of its own', () => {
    expect(rejectUnlessSkippable(createRun(1, 'blocked'))).toBeUndefined();
    expect(rejectUnlessSkippable(createRun(1, 'published'))).toMatchObject({ code: 'conflict' });
  });

  it('is no release of streams, which the next one takes up', () => {
    expect(rejectUnlessSkippable(createRun(2, 'blocked', { batches: [batch] }))?.reason).toContain('Exclude files');
  });
});

describe('skipRun', () => {
  const file = aFile('gym_logins/a', { batch, status: 'blocked' });

  async function createPorts() {
    const line = { ...file, batch, replaces: null };
    const texts = { [manifestPath(batch)]: formatManifest([line]) };
    const ports = createFakePorts({ datasets: [aLanding('gym_logins')], texts });
    await storeFile(ports, file);
    return ports;
  }

  it('excludes the files of the run, and says so in its record', async () => {
    const ports = await createPorts();
    await ports.runs.save(createRun(1, 'blocked', { reason: 'A rule blocks it.' }));
    expect(await skipRun(ports, batch, 'Wrong file.')).toBe(1);
    expect(await ports.files.findById(file.file)).toMatchObject({ status: 'excluded', reason: 'Wrong file.' });
    expect(await ports.runs.get(batch)).toEqual(createRun(1, 'skipped', { reason: 'Wrong file.' }));
  });

  it('keeps the release that has taken the run along meanwhile', async () => {
    const ports = await createPorts();
    await ports.runs.save(createRun(1, 'blocked'));
    await Promise.all([
      skipRun(ports, batch, 'Wrong file.'),
      ports.runs.update(batch, (run) => ({ ...run, release: 'r-2' })),
    ]);
    expect(await ports.runs.get(batch)).toEqual(createRun(1, 'skipped', { reason: 'Wrong file.', release: 'r-2' }));
  });

  it('gives up no file where there is no manifest', async () => {
    const ports = createFakePorts();
    expect(await skipRun(ports, batch, 'Wrong file.')).toBe(0);
  });
});
