import type { StrictTable } from '../../emulators/table-storage/strict-table.ts';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import { createBatchId, manifestPath } from '../../medallion/files/manifest.ts';
import type { BlobProperties, Lake } from '../../medallion/ports/lake.ts';
import type { Tuning } from '../../medallion/tuning.ts';
import { finishForming, writeManifest } from '../../operations/intake/form-batch.ts';
import { readVitals } from '../../operations/intake/read-vitals.ts';
import { Sweep } from '../../operations/intake/sweep.ts';
import { computeMedian, type Figure } from '../figure.ts';
import { createFile, createRegistry, datasets, type Registry } from '../harness/registry.ts';

const smallRows = 30_000;
const largeRows = 3_000_000;
const waiting = 40_000;
const filesPerBatch = 1000;
const filesPerSlice = 5000;
const repetitions = 200;
const repetitionsOfMany = 30;

/** Calls before those that count: Node compiles what it has run a few times. */
const warmUps = 3;

interface Call {
  readonly table: StrictTable;
  readonly what: string;
  readonly times: number;
  readonly run: (n: number) => Promise<unknown>;
}

interface Subject {
  readonly register: () => Promise<unknown>;
  readonly calls: readonly Call[];
}

interface Cost {
  readonly milliseconds: number;
  readonly requests: number;
  readonly rows: number;
}

/**
 * What each call on the registry costs, while the rows behind it grow a hundredfold. Both registries are in memory from the
 * beginning, and are called in turn: a large heap slows calls on either.
 */
export async function measureRegistry(): Promise<Figure[]> {
  const small = await createSubject(smallRows);
  const large = await createSubject(largeRows);
  for (let file = 0; file < waiting; file++) {
    await small.register();
    await large.register();
  }
  const figures: Figure[] = [];
  for (const [place, call] of small.calls.entries()) figures.push(await compareCalls(call, large.calls[place] ?? call));
  return figures;
}

async function createSubject(rows: number): Promise<Subject> {
  const began = Date.now();
  const registry = await createRegistry(rows);
  console.log(`${rows} rows were written in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  const register = createRegistering(registry);
  return { register, calls: createCalls(registry, register) };
}

function createCalls(registry: Registry, register: Subject['register']): Call[] {
  const { state, table } = registry;
  const old = (index: number) => createFile(datasets[0] ?? '', index * datasets.length);
  const lake = { listRecords: async () => [] };
  const vitals = { ...state, lake, tables: [], datasets: datasets.map((dataset) => ({ dataset })) } as never;
  const of = (times: number, what: string, run: Call['run']): Call => ({ table, what, times, run });
  return [
    of(repetitions, 'registering a file', register),
    of(repetitions, 'how many files wait', () => state.queue.count()),
    of(repetitions, 'the status of the operator', () => readVitals(vitals, new Date())),
    of(repetitions, 'a file by dataset and id', (n) => state.files.get(datasets[0] ?? '', old(n).file)),
    of(repetitions, 'a file by its id', (n) => state.files.findById(old(n).file)),
    of(repetitions, 'the newest 100 files', () => state.files.listNewest(datasets, 100)),
    of(repetitionsOfMany, `a slice of the sweep, ${filesPerSlice} known files`, () => lookAtKnownFiles(registry)),
    of(repetitionsOfMany, `forming a batch of ${filesPerBatch} files of ${waiting} that wait`, createForming(registry)),
  ];
}

/** Each goes first every second time: what one leaves behind, such as garbage, meets the other. */
async function compareCalls(small: Call, large: Call): Promise<Figure> {
  const costs = new Map<Call, Cost[]>([
    [small, []],
    [large, []],
  ]);
  for (let n = 0; n < warmUps + small.times; n++) {
    const order = n % 2 === 0 ? [small, large] : [large, small];
    for (const call of order) costs.get(call)?.push(await measure(call, n));
  }
  const summarizeOf = (call: Call) => summarize(costs.get(call)?.slice(warmUps) ?? []);
  return compareCosts(small.what, summarizeOf(small), summarizeOf(large));
}

/** Time, and requests and rows looked at of one call. */
async function measure({ run, table }: Call, n: number): Promise<Cost> {
  const requests = table.requests.length;
  const rows = table.getLookedAt();
  const began = performance.now();
  await run(n);
  const milliseconds = performance.now() - began;
  return { milliseconds, requests: table.requests.length - requests, rows: table.getLookedAt() - rows };
}

function summarize(costs: readonly Cost[]): Cost {
  const computeMean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    milliseconds: computeMedian(costs.map(({ milliseconds }) => milliseconds)),
    requests: computeMean(costs.map(({ requests }) => requests)),
    rows: computeMean(costs.map(({ rows }) => rows)),
  };
}

/** As the sweep does with what it has listed. */
async function lookAtKnownFiles({ state }: Registry): Promise<void> {
  const ports = { ...state, tuning: { sweep: { settleSeconds: 60 } } } as never;
  const sweep = new Sweep(ports, new Date('2026-12-01'));
  const listed = Array.from({ length: filesPerSlice }, (_, n) => createFile(datasets[n % datasets.length] ?? '', n));
  await sweep.lookAt(listed.map(toBlob));
  if (sweep.report.failed + sweep.report.missed > 0) throw new Error('The slice met files that are not registered.');
}

function createRegistering({ state }: Registry) {
  let count = 0;
  return () => {
    const index = count++;
    const dataset = datasets[index % datasets.length] ?? '';
    const blob = toBlob(createFile(dataset, 100_000_000 + index));
    return state.files.register(blob.path, async () => blob);
  };
}

const toBlob = ({ etag, lastModified, length, path }: RegisteredFile): BlobProperties => ({
  path,
  etag,
  length,
  lastModified,
  isDirectory: false,
});

/** Forms batches out of what waits, with a lake that keeps manifests in memory. */
function createForming(registry: Registry): Call['run'] {
  const texts = new Map<string, string>();
  const lake: Pick<Lake, 'readControl' | 'commitControl'> = {
    readControl: async (path) => texts.get(path),
    commitControl: async (path, text) => void texts.set(path, text),
  };
  const tuning = { batches: { maxBytesPerBatch: 16 * 1024 ** 3 } } as Tuning;
  const ports = { ...registry.state, lake: lake as Lake, tuning };
  return async (n) => {
    const batch = createBatchId(new Date(Date.UTC(2026, 5, 1, 0, n)), '01234567');
    if (!(await writeManifest(ports, batch, filesPerBatch))) throw new Error(`No file waits for batch '${batch}'.`);
    await finishForming(ports, batch);
    if (!texts.has(manifestPath(batch))) throw new Error(`Batch '${batch}' has no manifest.`);
  };
}

const formatCost = ({ milliseconds, requests, rows }: Cost): string =>
  `${milliseconds.toPrecision(3)} ms, ${formatCount(requests)} requests, ${formatCount(rows)} rows looked at`;

const formatCount = (count: number): string => count.toFixed(Number.isInteger(count) ? 0 : 1);

/** The service takes several milliseconds for each request, so less than this makes no difference there. */
const negligibleMilliseconds = 1;

function compareCosts(what: string, small: Cost, large: Cost): Figure {
  const divide = (a: number, b: number) => (a === b ? 1 : a / b);
  const time = divide(large.milliseconds, small.milliseconds);
  const requests = divide(large.requests, small.requests);
  const rows = divide(large.rows, small.rows);
  const isAsFast = time <= 1.2 || large.milliseconds - small.milliseconds < negligibleMilliseconds * large.requests;
  return {
    what: `${what}, among ${largeRows} rows`,
    ours: formatCost(large),
    peer: `among ${smallRows} rows: ${formatCost(small)}`,
    ratio: `time ${time.toFixed(2)}, requests ${requests.toFixed(2)}, rows ${rows.toFixed(2)}`,
    goal: { text: 'within 20 %, or 1 ms a request', isMet: isAsFast && requests <= 1.2 && rows <= 1.2 },
  };
}
