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
const waiting = 10_000;
const filesPerBatch = 1000;
const filesPerSlice = 5000;
const repetitions = 30;
const repetitionsOfMany = 5;

interface Cost {
  readonly milliseconds: number;
  readonly requests: number;
  readonly rows: number;
}

type Costs = Readonly<Record<string, Cost>>;

/** What each call on the registry costs, while the rows behind it grow a hundredfold. */
export async function measureRegistry(): Promise<Figure[]> {
  const small = await measureCalls(smallRows);
  const large = await measureCalls(largeRows);
  return Object.entries(large).map(([what, cost]) => compareCosts(what, small[what] ?? cost, cost));
}

async function measureCalls(rows: number): Promise<Costs> {
  const began = Date.now();
  const registry = await createRegistry(rows);
  console.log(`${rows} rows were written in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  const { state } = registry;
  const register = createRegistering(registry);
  await measure(registry, waiting, register);
  const old = (index: number) => createFile(datasets[0] ?? '', index * datasets.length);
  const lake = { listRecords: async () => [] };
  const vitals = { ...state, lake, tables: [], datasets: datasets.map((dataset) => ({ dataset })) } as never;
  return {
    'registering a file': await measure(registry, repetitions, register),
    'how many files wait': await measure(registry, repetitions, () => state.queue.count()),
    'the status of the operator': await measure(registry, repetitions, () => readVitals(vitals, new Date())),
    'a file by dataset and id': await measure(registry, repetitions, (n) =>
      state.files.get(datasets[0] ?? '', old(n).file),
    ),
    'a file by its id': await measure(registry, repetitions, (n) => state.files.findById(old(n).file)),
    'the newest 100 files': await measure(registry, repetitions, () => state.files.listNewest(datasets, 100)),
    [`a slice of the sweep, ${filesPerSlice} known files`]: await measure(registry, repetitionsOfMany, () =>
      lookAtKnownFiles(registry),
    ),
    [`forming a batch of ${filesPerBatch} files of ${waiting} that wait`]: await measureForming(registry),
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

/** Median time, and requests and rows looked at of one call. The first call warms up. */
async function measure({ table }: Registry, times: number, call: (n: number) => Promise<unknown>): Promise<Cost> {
  await call(0);
  const milliseconds: number[] = [];
  const requests = table.requests.length;
  const rows = table.getLookedAt();
  for (let n = 1; n <= times; n++) {
    const began = performance.now();
    await call(n);
    milliseconds.push(performance.now() - began);
  }
  return {
    milliseconds: computeMedian(milliseconds),
    requests: (table.requests.length - requests) / times,
    rows: (table.getLookedAt() - rows) / times,
  };
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
function measureForming(registry: Registry): Promise<Cost> {
  const texts = new Map<string, string>();
  const lake: Pick<Lake, 'readControl' | 'commitControl'> = {
    readControl: async (path) => texts.get(path),
    commitControl: async (path, text) => void texts.set(path, text),
  };
  const tuning = { batches: { maxBytesPerBatch: 16 * 1024 ** 3 } } as Tuning;
  const ports = { ...registry.state, lake: lake as Lake, tuning };
  return measure(registry, repetitionsOfMany, async (n) => {
    const batch = createBatchId(new Date(Date.UTC(2026, 5, 1, 0, n)), '01234567');
    if (!(await writeManifest(ports, batch, filesPerBatch))) throw new Error(`No file waits for batch '${batch}'.`);
    await finishForming(ports, batch);
    if (!texts.has(manifestPath(batch))) throw new Error(`Batch '${batch}' has no manifest.`);
  });
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
