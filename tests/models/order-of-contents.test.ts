import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { createState } from '../../cloud/table-storage/index.ts';
import { createBatchId, manifestPath, parseManifest } from '../../medallion/files/manifest.ts';
import type { FileAccount } from '../../medallion/files/report.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { BlobProperties, ListedPlace } from '../../medallion/ports/lake.ts';
import { finishForming, writeManifest } from '../../operations/intake/form-batch.ts';
import { registerFile } from '../../operations/intake/register-file.ts';
import { sweepQuickly } from '../../operations/intake/sweep-quickly.ts';
import { sweepSlice } from '../../operations/intake/sweep-slice.ts';
import { aLanding } from '../support/a-landing.ts';
import { createFakePorts, type FakePorts, listPage } from '../support/fake-ports.ts';

const dayMilliseconds = 86_400_000;
const paths = ['bpm/a', 'bpm/a', 'bpm/b'];

/** Storage, whose ETags and times move with a content when it is renamed. The times say nothing about the order. */
class Storage {
  readonly #blobs = new Map<string, BlobProperties>();
  readonly #aside = new Map<string, BlobProperties[]>();
  #contents = 0;

  write(path: string, length: number): void {
    this.#keep(path);
    const seconds = String((++this.#contents * 17) % 60).padStart(2, '0');
    const lastModified = `2026-01-01T00:00:${seconds}Z`;
    this.#blobs.set(path, { path, etag: `0x${this.#contents}`, length, lastModified, isDirectory: false });
  }

  /** Moves the oldest content that lay at the path back into place. */
  putBack(path: string): void {
    const content = this.#aside.get(path)?.shift();
    if (content) {
      this.#keep(path);
      this.#blobs.set(path, content);
    }
  }

  moveAside(path: string): void {
    this.#keep(path);
    this.#blobs.delete(path);
  }

  get(path: string): BlobProperties | undefined {
    return this.#blobs.get(path);
  }

  list(): BlobProperties[] {
    return [...this.#blobs.values()];
  }

  #keep(path: string): void {
    const before = this.#blobs.get(path);
    if (before) this.#aside.set(path, [...(this.#aside.get(path) ?? []), before]);
  }
}

type Step = {
  readonly kind: 'write' | 'empty' | 'putBack' | 'moveAside' | 'event' | 'dying' | 'sweep' | 'batch';
  readonly path: string;
  readonly dies: number;
};

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom<Step['kind']>(
      'write',
      'write',
      'empty',
      'putBack',
      'moveAside',
      'event',
      'event',
      'dying',
      'sweep',
      'batch',
    ),
    path: fc.constantFrom(...paths),
    dies: fc.nat(8),
  }),
  { minLength: 5, maxLength: 40, size: 'max' },
);

/** Bronze as the engine is: the newest content of a path wins, and only what has the length of the manifest is read. */
class Bronze {
  readonly rows = new Map<string, string>();

  load(texts: ReadonlyMap<string, string>, batch: string, storage: Storage): Map<string, FileAccount> {
    const counts = { lines: 0, blank: 0, accepted: 0, quarantinedLines: 0 };
    const lines = parseManifest(texts.get(manifestPath(batch)) ?? '');
    return new Map(
      lines.map(({ file, length, path, replaces }) => {
        const content = storage.get(path);
        const outcome = content?.length === length ? 'loaded' : 'superseded';
        if (outcome === 'loaded' && content) {
          if (this.rows.has(path) && !replaces) throw new Error(`'${path}' is loaded twice.`);
          if (length > 0) this.rows.set(path, content.etag);
          else this.rows.delete(path);
        }
        return [file, { file, outcome, ...counts }];
      }),
    );
  }
}

/** One instance of the app: each of its calls waits for its turn, and the one at which it dies never ends. */
function createInstance(world: World, scheduler: fc.Scheduler, dies = Number.POSITIVE_INFINITY): Ports {
  let calls = 0;
  const inTurn = <Method extends (...parameters: never[]) => Promise<unknown>>(method: Method) =>
    (async (...parameters: never[]) => {
      await scheduler.schedule(Promise.resolve());
      if (++calls > dies) throw new Died();
      const result = await method(...parameters);
      await scheduler.schedule(Promise.resolve());
      if (++calls > dies) throw new Died();
      return result;
    }) as unknown as Method;
  const { client } = world.ports.table;
  const table = Object.assign(Object.create(client), {
    getEntity: inTurn(client.getEntity as never),
    submitTransaction: inTurn(client.submitTransaction as never),
  });
  const lake = { ...world.ports.lake, getProperties: inTurn(async (path: string) => world.storage.get(path)) };
  return { ...world.ports, ...createState(async () => table, [{ dataset: 'bpm' }]), lake };
}

class Died extends Error {}

interface World {
  readonly ports: FakePorts;
  readonly storage: Storage;
  readonly bronze: Bronze;
  batches: number;
  sweeps: number;
  /** One batch at a time, as the pipeline does. */
  running: Promise<unknown>;
}

function createWorld(): World {
  const storage = new Storage();
  const ports = createFakePorts({ datasets: [aLanding('bpm')] });
  const lake = {
    ...ports.lake,
    getProperties: async (path: string) => storage.get(path),
    listLandedFiles: async (place: ListedPlace) => listPage(storage.list(), place),
  };
  const counts = { batches: 0, sweeps: 0 };
  return { ...counts, ports: { ...ports, lake }, storage, bronze: new Bronze(), running: Promise.resolve() };
}

/** Both kinds, each a day after the one before: the full one sees what a rename brought back with its old time. */
async function sweep(world: World, ports: Ports): Promise<void> {
  const now = new Date(Date.UTC(2026, 0, 1, 1) + ++world.sweeps * dayMilliseconds);
  await sweepQuickly(ports, now);
  await sweepSlice(ports, now);
}

async function runBatch(world: World, ports: Ports = world.ports): Promise<boolean> {
  const { bronze, storage } = world;
  const batch = createBatchId(new Date(Date.UTC(2026, 0, 1, 0, 0, 0, ++world.batches)), '01234567');
  if (!(await writeManifest(ports, batch, 10))) return false;
  await finishForming(ports, batch);
  const lines = parseManifest(world.ports.texts.get(manifestPath(batch)) ?? '');
  const accounts = bronze.load(world.ports.texts, batch, storage);
  await ports.files.finalize(lines, accounts, { status: 'published', release: 'r-1' });
  return true;
}

const ignoreDeath = (error: unknown) => {
  if (!(error instanceof Died)) throw error;
};

/** What goes on beside the steps that follow it. */
function start(world: World, scheduler: fc.Scheduler, { dies, kind, path }: Step): Promise<unknown> {
  const instance = createInstance(world, scheduler, kind === 'dying' ? dies : undefined);
  if (kind === 'sweep') return sweep(world, instance).catch(ignoreDeath);
  if (kind === 'batch') {
    world.running = world.running.then(() => runBatch(world, instance));
    return world.running;
  }
  return registerFile(instance, path).catch(ignoreDeath);
}

/** Lets calls go on, until so many have, or all wait for something else. */
async function takeTurns(scheduler: fc.Scheduler, turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    // What follows a call begins the next one a few ticks later.
    await setImmediate();
    if (scheduler.count() === 0) return;
    await scheduler.waitOne();
  }
}

async function play(world: World, scheduler: fc.Scheduler, played: readonly Step[]): Promise<void> {
  const { storage } = world;
  const started: Promise<unknown>[] = [];
  for (const [index, step] of played.entries()) {
    if (step.kind === 'write') storage.write(step.path, 5 + index);
    else if (step.kind === 'empty') storage.write(step.path, 0);
    else if (step.kind === 'putBack') storage.putBack(step.path);
    else if (step.kind === 'moveAside') storage.moveAside(step.path);
    else started.push(start(world, scheduler, step));
    await takeTurns(scheduler, 2 * step.dies);
  }
  await scheduler.waitFor(Promise.all(started));
}

/** What bronze has of a path is what storage has. Deleting a file removes no rows, since retention deletes too. */
function check({ bronze, storage }: World): void {
  for (const path of paths) {
    const content = storage.get(path);
    const expected = content && content.length > 0 ? content.etag : undefined;
    const loaded = bronze.rows.get(path);
    if (content && loaded !== expected) throw new Error(`Bronze has '${loaded}' of '${path}', storage '${expected}'.`);
  }
}

/** While a content lies at a path, the one that lies there counts, and no other. */
async function checkStatuses({ ports, storage }: World): Promise<void> {
  const { rows } = await ports.files.list({}, 1000);
  for (const { etag, path, status } of rows) {
    const content = storage.get(path);
    const isCurrent = content === undefined || content.etag === etag;
    const isEnd = status === 'ignored' || (isCurrent ? 'published' : 'superseded') === status;
    const isGone = content === undefined && status === 'superseded';
    if (!isEnd && !isGone) throw new Error(`'${path}' with '${etag}' ends as '${status}'.`);
  }
}

describe('the order of contents', () => {
  it('brings to bronze what storage holds, whoever writes, renames, registers, sweeps and dies', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), steps, async (scheduler, played) => {
        const world = createWorld();
        await play(world, scheduler, played);
        for (let round = 0; round < 3; round++) {
          await sweep(world, world.ports);
          while (await runBatch(world));
        }
        check(world);
        await checkStatuses(world);
      }),
      { numRuns: 1000 },
    );
  });
});
