import { setTimeout as wait } from 'node:timers/promises';
import type { WorkspaceOptions } from '../options.ts';
import { type Frame, SparkCalls } from './spark-calls.ts';
import { type SparkProcess, startSpark } from './spark-process.ts';

/** Spark is starting again and was not back in time: nothing was done, ask later. */
export class EngineUnavailableError extends Error {}

/** Spark ended while it worked on the call: what was done is not known. */
export class EngineLostError extends Error {}

const firstPauseMilliseconds = 200;
const noticeMilliseconds = 2000;
const maxPauseMilliseconds = 15_000;
// A life this long shows that the start is sound, so the next death is answered at once again.
const soundMilliseconds = 30_000;

/** Keeps one Spark process alive and hands calls to the life that is ready. */
export class Engine {
  /** Grows with every end of Spark, so that sessions of an ended process are recognised. */
  generation = 0;
  readonly #options: WorkspaceOptions;
  readonly #log: (line: string) => void;
  #spark: SparkProcess | undefined;
  #calls: SparkCalls | undefined;
  #ready = createDeferred<SparkCalls>();
  #stopping = false;

  constructor(options: WorkspaceOptions, log: (line: string) => void) {
    this.#options = options;
    this.#log = log;
  }

  /** Resolves when Spark is warm; a first start that fails is thrown, later ones are tried again. */
  async start(): Promise<void> {
    await this.#begin();
    void this.#keepAlive();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#ready.promise.catch(() => undefined);
    this.#ready.reject(new EngineUnavailableError('The workspace is stopping. Call again when it is back.'));
    this.#calls?.close();
    await this.#spark?.end();
  }

  async call(path: string, body: unknown, patience: { seconds: number }): Promise<Frame> {
    const calls = await this.waitUntilAvailable(patience);
    const spark = this.#spark;
    return calls.post(path, body).catch(async (error: unknown) => {
      // The connection breaks a moment before the process is known to be gone. What the caller does next must not
      // meet the dead one again.
      await Promise.race([spark?.ended, wait(noticeMilliseconds)]);
      throw error;
    });
  }

  /** For calls that mean something only to the life they were meant for, such as a cancel. */
  async callIfAlive(path: string, body: unknown): Promise<Frame | undefined> {
    return this.#calls?.post(path, body);
  }

  /** Waits until Spark is there, and gives up after a while with EngineAbsent. */
  async waitUntilAvailable({ seconds }: { seconds: number }): Promise<SparkCalls> {
    const late = new AbortController();
    const tooLate = wait(seconds * 1000, undefined, { signal: late.signal }).then(() => {
      throw new EngineUnavailableError(`Spark was not back within ${seconds} seconds. Call again, or read spark.log.`);
    });
    tooLate.catch(() => undefined);
    try {
      return await Promise.race([this.#ready.promise, tooLate]);
    } finally {
      late.abort();
    }
  }

  async #begin(): Promise<void> {
    const spark = await startSpark(this.#options, this.#log);
    if (this.#stopping) return spark.end();
    this.#spark = spark;
    this.#calls = new SparkCalls(
      spark,
      (cause) => new EngineLostError('Spark ended while it worked on the call.', { cause }),
    );
    this.#ready.resolve(this.#calls);
  }

  async #keepAlive(): Promise<void> {
    let pause = firstPauseMilliseconds;
    while (!this.#stopping) {
      const born = Date.now();
      const how = await this.#spark?.ended;
      if (this.#stopping) return;
      this.generation += 1;
      if (this.#spark !== undefined) this.#ready = createDeferred<SparkCalls>();
      this.#calls?.close();
      this.#calls = undefined;
      this.#spark = undefined;
      if (Date.now() - born > soundMilliseconds) pause = firstPauseMilliseconds;
      this.#log(`Spark ${how ?? 'did not start'}; it is started again in ${pause} ms.`);
      await wait(pause);
      pause = Math.min(pause * 2, maxPauseMilliseconds);
      await this.#begin().catch((error: unknown) => this.#log(error instanceof Error ? error.message : String(error)));
    }
  }
}

type Deferred<T> = { promise: Promise<T>; resolve(value: T): void; reject(error: Error): void };

function createDeferred<T>(): Deferred<T> {
  let settle: Omit<Deferred<T>, 'promise'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  if (settle === undefined) throw new Error('A promise did not hand out its ends.');
  return { promise, ...settle };
}
