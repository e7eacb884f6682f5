import { describe, expect, it } from 'vitest';
import { exclusionPath } from '../../medallion/files/decisions.ts';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import { type BatchId, manifestPath, parseManifest, reportFolder } from '../../medallion/files/manifest.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { chooseNextWork } from '../../operations/intake/choose-next-work.ts';
import { excludeFile, includeFile } from '../../operations/intake/decide-file.ts';
import { finalizeFiles } from '../../operations/intake/finalize-files.ts';
import { finishForming, writeManifest } from '../../operations/intake/form-batch.ts';
import { publishPassed } from '../../operations/releases/publish-passed.ts';
import { cancelRun, skipRun } from '../../operations/runs/end-run.ts';
import { recordRun } from '../../operations/runs/record-run.ts';
import { retryRun } from '../../operations/runs/retry-run.ts';
import { getProperties } from '../support/a-file.ts';
import { aLanding } from '../support/a-landing.ts';
import { createRun, toBatch } from '../support/batches.ts';
import { createFakePorts, createTableContract, type FakePorts } from '../support/fake-ports.ts';
import { registerFiles } from '../support/register-files.ts';

const batch = toBatch(1);
const next = toBatch(2);
const now = new Date('2026-01-01T00:05:00Z');
const decision = { actor: 'ann', reason: 'Wrong file.', plan: `p-${batch}` };

/** What has happened to the only file when a person acts. */
const moments = ['pending', 'in a manifest', 'bronze at work', 'bronze done', 'judged', 'publishing'] as const;
type Moment = (typeof moments)[number];
const hasCome = (to: Moment, moment: Moment) => moments.indexOf(to) >= moments.indexOf(moment);

function createPorts(landed: RegisteredFile[] = []): FakePorts {
  return createFakePorts({
    datasets: [aLanding('gym_logins')],
    tables: [createTableContract('gold.a')],
    landed: landed.map(getProperties),
  });
}

function writeReport(ports: FakePorts, of: BatchId, version: number, ...files: RegisteredFile[]): void {
  const accounts = files.map(({ file }) => {
    const outcome = ports.texts.has(exclusionPath({ dataset: 'gym_logins', file })) ? 'excluded' : 'loaded';
    return { file, outcome, lines: 1, blank: 0, accepted: 1, quarantinedLines: 0 };
  });
  const tables = [{ table: 'bronze.gym_logins', version, changed: true }];
  const report = { batch: of, layer: 'bronze', tables, files: accounts };
  ports.texts.set(`${reportFolder(of, 'bronze')}/00000001.json`, JSON.stringify(report));
}

const publishBatch = (ports: FakePorts, of: BatchId, version: number) =>
  publishPassed(
    ports,
    {
      batch: of,
      versions: { 'bronze.gym_logins': version, 'gold.a': version },
      verdict: { outcome: 'passed', rules: 0, evaluated: 0, fingerprint: 'f' },
      retainedTables: [],
    },
    now,
  );

/** Brings the first batch, with one file, to a moment. */
async function advance(to: Moment): Promise<{ ports: FakePorts; file: RegisteredFile }> {
  const landed: RegisteredFile[] = [];
  const ports = createPorts();
  const [file] = (await registerFiles(ports, [{ path: 'gym_logins/a' }])) as [RegisteredFile];
  landed.push(file);
  if (hasCome(to, 'in a manifest')) await writeManifest(ports, batch, 10);
  if (hasCome(to, 'bronze at work')) {
    await finishForming(ports, batch);
    await ports.runs.save(createRun(1, 'running'));
  }
  if (hasCome(to, 'bronze done')) writeReport(ports, batch, 1, file);
  if (hasCome(to, 'publishing')) await publishBatch(ports, batch, 1);
  return { ports: { ...ports, lake: { ...ports.lake, getProperties: async () => getProperties(file) } }, file };
}

/** Whatever of the first batch is left to do, up to its end. Answers with how it ended. */
async function finish(ports: FakePorts, file: RegisteredFile): Promise<RunRecord['outcome']> {
  await finishForming(ports, batch);
  if (!ports.texts.has(`${reportFolder(batch, 'bronze')}/00000001.json`)) writeReport(ports, batch, 1, file);
  const result = await publishBatch(ports, batch, 1);
  const outcome = result.kind === 'published' ? 'published' : result.kind === 'blocked' ? 'blocked' : 'failed';
  const release = result.kind === 'published' ? result.release : undefined;
  const run = createRun(1, outcome, { release, reason: 'reason' in result ? result.reason : undefined });
  const { toldBatches } = await finalizeFiles(ports, run, now);
  return (await recordRun(ports, run, toldBatches)).outcome;
}

const readLines = (ports: FakePorts, of: BatchId) => parseManifest(ports.texts.get(manifestPath(of)) ?? '');
const getFile = async ({ files }: FakePorts, { file }: RegisteredFile) => files.findById(file);

/** Forms the next batch, lets bronze do it, and publishes it. */
async function runNext(ports: FakePorts, file: RegisteredFile) {
  const work = await chooseNextWork(ports, { batch: next, maxFiles: 10 });
  const loaded = readLines(ports, next).filter(({ action }) => action === undefined);
  writeReport(ports, next, 2, ...(loaded.length > 0 ? [file] : []));
  const result = await publishBatch(ports, next, 2);
  await finalizeFiles(ports, createRun(2, 'published', { release: `r-${next}` }), now);
  return { work, result, lines: readLines(ports, next).map(({ action, replaces }) => ({ action, replaces })) };
}

describe.each(moments)('a file that is excluded: %s', (moment) => {
  it('is in no release that is made afterwards, and the next batch removes its rows', async () => {
    const { file, ports } = await advance(moment);
    await excludeFile(ports, file, 'Wrong.');
    // Nothing forms the first batch any more if the file was all that it was for.
    if (moment !== 'pending') expect(await finish(ports, file)).toBe(moment === 'publishing' ? 'published' : 'blocked');
    expect(await getFile(ports, file)).toMatchObject({ status: 'excluded', reason: 'Wrong.' });

    const { lines, result, work } = await runNext(ports, file);
    expect([work.kind, result.kind]).toEqual(['formed', 'published']);
    expect(lines).toEqual([{ action: 'remove', replaces: null }]);
    expect(await getFile(ports, file)).toMatchObject({ status: 'excluded', reason: 'Wrong.' });
    expect(await ports.queue.next(10)).toEqual([]);
  });

  it('is loaded in place of itself once it is included', async () => {
    const { file, ports } = await advance(moment);
    await excludeFile(ports, file, 'Wrong.');
    if (moment !== 'pending') await finish(ports, file);
    await includeFile(ports, file);
    const { lines, result } = await runNext(ports, file);
    expect(lines).toEqual([{ replaces: file.file }]);
    expect(result.kind).toBe('published');
    expect(await getFile(ports, file)).toMatchObject({ status: 'published', release: `r-${next}` });
  });
});

const beforePublishing = moments.filter((moment) => moment !== 'pending' && moment !== 'publishing');

describe.each(beforePublishing)('a run that is cancelled: %s', (moment) => {
  async function cancel() {
    const { file, ports } = await advance(moment);
    await ports.pipelineControl.requestCancellation(batch, 'Cancelled.');
    expect(await finish(ports, file)).toBe('cancelled');
    return { file, ports };
  }

  it('publishes nothing, and its file stays out of all later releases', async () => {
    const { file, ports } = await cancel();
    expect(await getFile(ports, file)).toMatchObject({ status: 'excluded', reason: 'Cancelled.' });
    expect((await runNext(ports, file)).lines).toEqual([{ action: 'remove', replaces: null }]);
    expect(await getFile(ports, file)).toMatchObject({ status: 'excluded', reason: 'Cancelled.' });
    expect((await ports.runs.get(batch))?.release).toBeUndefined();
  });

  it('is taken back by a retry, from bronze on', async () => {
    const { file, ports } = await cancel();
    const run = (await ports.runs.get(batch)) as RunRecord;
    expect(await retryRun(ports, run, decision, now)).toMatchObject({ state: 'queued' });
    expect(await getFile(ports, file)).toMatchObject({ status: 'failed' });
    expect(ports.texts.has(exclusionPath(file))).toBe(false);
    expect(await ports.queue.next(10)).toEqual([]);
  });

  it('keeps its file out for good when it is skipped', async () => {
    const { file, ports } = await cancel();
    expect(await skipRun(ports, batch, 'Skipped.')).toBe(1);
    await runNext(ports, file);
    expect(await getFile(ports, file)).toMatchObject({ status: 'excluded' });
    expect(await ports.runs.get(batch)).toMatchObject({ outcome: 'skipped' });
  });
});

describe('a run that is cancelled while it ends', () => {
  const end = createRun(1, 'blocked', { reason: 'Wrong.' });
  const expectKeptOut = async (ports: FakePorts, file: RegisteredFile) => {
    expect(await getFile(ports, file)).toMatchObject({ status: 'excluded', reason: 'Cancelled.' });
    expect((await runNext(ports, file)).lines).toEqual([{ action: 'remove', replaces: null }]);
    expect(await getFile(ports, file)).toMatchObject({ status: 'excluded' });
  };

  it.for([0, 1])('keeps its file out, whoever is first: %i', async (order) => {
    const { file, ports } = await advance('judged');
    const { toldBatches } = await finalizeFiles(ports, end, now);
    const acts = [() => cancelRun(ports, batch, 'Cancelled.'), () => recordRun(ports, end, toldBatches)];
    for (const act of order === 0 ? acts : acts.toReversed()) await act();
    await expectKeptOut(ports, file);
  });

  it('keeps its file out if its record is written between the two steps of who cancels', async () => {
    const { file, ports } = await advance('judged');
    const { toldBatches } = await finalizeFiles(ports, end, now);
    const requestCancellation = async (of: BatchId, reason: string) => {
      await recordRun(ports, end, toldBatches);
      await ports.pipelineControl.requestCancellation(of, reason);
    };
    const pipelineControl = { ...ports.pipelineControl, requestCancellation };
    await cancelRun({ ...ports, pipelineControl }, batch, 'Cancelled.');
    await expectKeptOut(ports, file);
  });
});

describe('a run that is skipped', () => {
  it('leaves alone what a release has', async () => {
    const { file, ports } = await advance('publishing');
    await finish(ports, file);
    expect(await skipRun(ports, batch, 'Skipped.')).toBe(0);
    expect(await getFile(ports, file)).toMatchObject({ status: 'published' });
  });
});
