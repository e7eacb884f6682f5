import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { computeMedian, type Figure, formatSeconds } from '../figure.ts';
import { createPeopleFiles, createSecondFile } from '../harness/live-load.ts';
import { listJobRuns, listStatements, type Span } from '../harness/timeline.ts';
import { Lakehouse } from '../lakehouse.ts';

const warmUpFiles = 8;
const files = 12;

/** Where the time of a file of 1,000 readings goes, from landed to published, in a warm lakehouse. */
export async function measureSmallBatch(): Promise<Figure[]> {
  const lakehouse = await Lakehouse.start();
  try {
    for (const { content, path } of createPeopleFiles()) await lakehouse.stack.land(path, content);
    const parts: Record<string, number>[] = [];
    for (let second = 0; second < warmUpFiles + files; second++) {
      const { content, path } = createSecondFile(second);
      await lakehouse.stack.land(path, content);
      const landed = Date.now();
      const [file] = await lakehouse.waitUntilPublished([path]);
      if (second >= warmUpFiles && file) parts.push(await splitTime(lakehouse, landed, file));
    }
    return toFigures(parts);
  } finally {
    await lakehouse.dismiss();
  }
}

/** Seconds of each part; they add up to the whole. */
async function splitTime(lakehouse: Lakehouse, landed: number, file: RegisteredFile): Promise<Record<string, number>> {
  const [run] = await lakehouse.stack.listRuns();
  if (!run) throw new Error(`No run is known after '${file.path}' was published.`);
  const jobs = (await listJobRuns(lakehouse.stack)).filter(({ from }) => from >= landed);
  const statements = (await listStatements(lakehouse.stack)).filter(({ from }) => from >= landed);
  return { ...splitLayers(run, jobs, landed), ...splitEnd(jobs, statements, Date.parse(file.publishedAt ?? '')) };
}

function splitLayers(run: RunRecord, jobs: readonly Span[], landed: number): Record<string, number> {
  const parts: Record<string, number> = { 'landed to run begun': toSeconds(landed, Date.parse(run.startedAt)) };
  let before = Date.parse(run.startedAt);
  for (const { layer } of run.layers) {
    const job = requireJob(jobs, layer);
    parts[`before the ${layer} job`] = toSeconds(before, job.from);
    parts[`${layer} job`] = toSeconds(job.from, job.to);
    before = job.to;
  }
  return parts;
}

/** The last gate is the first statement that begins after the gold job. */
function splitEnd(jobs: readonly Span[], statements: readonly Span[], published: number): Record<string, number> {
  const { to: built } = requireJob(jobs, 'gold');
  const [gate, ...publishing] = statements.filter(({ from }) => from >= built).toReversed();
  if (!gate) throw new Error('No statement was sent after the gold job.');
  const last = Math.max(...publishing.map(({ to }) => to));
  return {
    'gold job noticed': toSeconds(built, gate.from),
    'gate of gold': toSeconds(gate.from, gate.to),
    publishing: toSeconds(gate.to, last),
    'files told': toSeconds(last, published),
    statements: statements.length,
  };
}

function requireJob(jobs: readonly Span[], layer: string): Span {
  const job = jobs.find(({ name }) => name.includes(layer));
  if (!job) throw new Error(`No run of the ${layer} job is known.`);
  return job;
}

const toSeconds = (from: number, to: number) => (to - from) / 1000;

function toFigures(parts: readonly Record<string, number>[]): Figure[] {
  const { statements: _, ...names } = parts[0] ?? {};
  const medians = Object.keys(names).map(
    (name) => [name, computeMedian(parts.map((part) => part[name] ?? 0))] as const,
  );
  const whole = computeMedian(
    parts.map((part) => Object.keys(names).reduce((sum, name) => sum + (part[name] ?? 0), 0)),
  );
  return [
    {
      what: `a file of 1,000 readings, landed to published (p50 of ${files})`,
      ours: formatSeconds(whole),
      goal: { text: '3.5 s', isMet: whole <= 3.5 },
    },
    ...medians.map(([name, seconds]) => ({
      what: `of it: ${name}`,
      ours: formatSeconds(seconds),
      ratio: `${((100 * seconds) / whole).toFixed(0)} %`,
    })),
    { what: 'statements to the warehouse', ours: String(computeMedian(parts.map((part) => part['statements'] ?? 0))) },
  ];
}
