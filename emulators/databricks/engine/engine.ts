import { setTimeout as wait } from 'node:timers/promises';
import type { WorkspaceOptions } from '../options.ts';
import { type Frame, SparkCalls } from './spark-calls.ts';
import { type SparkLife, startSpark } from './spark-process.ts';

/** Spark is starting again and was not back in time: nothing was done, ask later. */
export class EngineAbsent extends Error {}

/** Spark died while it worked on the call: what was done is not known. */
export class EngineLost extends Error {}

const FIRST_PAUSE_MILLISECONDS = 200;
const NOTICE_MILLISECONDS = 2000;
const LONGEST_PAUSE_MILLISECONDS = 15_000;
// A life this long shows that the start is sound, so the next death is answered at once again.
const SOUND_LIFE_MILLISECONDS = 30_000;

/** Keeps one Spark process alive and hands calls to the life that is ready. */
export class Engine {
  /** Grows with every death, so that a session can be told from one that died with its process. */
  generation = 0;
  readonly #options: WorkspaceOptions;
  readonly #log: (line: string) => void;
  #life: SparkLife | undefined;
  #calls: SparkCalls | undefined;
  #ready = promised<SparkCalls>();
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
    this.#ready.reject(new EngineAbsent('The workspace is stopping. Call again when it is back.'));
    this.#calls?.close();
    await this.#life?.end();
  }

  async call(path: string, body: unknown, patience: { seconds: number }): Promise<Frame> {
    const calls = await this.available(patience);
    const life = this.#life;
    return calls.post(path, body).catch(async (error: unknown) => {
      // The connection breaks a moment before the process is known to be gone. What the caller does next must not
      // meet the dead one again.
      await Promise.race([life?.ended, wait(NOTICE_MILLISECONDS)]);
      throw error;
    });
  }

  /** For calls that mean something only to the life they were meant for, such as a cancel. */
  async callIfAlive(path: string, body: unknown): Promise<Frame | undefined> {
    return this.#calls?.post(path, body);
  }

  /** Waits until Spark is there, and gives up after a while with EngineAbsent. */
  async available({ seconds }: { seconds: number }): Promise<SparkCalls> {
    const late = new AbortController();
    const tooLate = wait(seconds * 1000, undefined, { signal: late.signal }).then(() => {
      throw new EngineAbsent(`Spark was not back within ${seconds} seconds. Call again, or read spark.log.`);
    });
    tooLate.catch(() => undefined);
    try {
      return await Promise.race([this.#ready.promise, tooLate]);
    } finally {
      late.abort();
    }
  }

  async #begin(): Promise<void> {
    const life = await startSpark(this.#options, this.#log);
    if (this.#stopping) return life.end();
    this.#life = life;
    this.#calls = new SparkCalls(
      life,
      (cause) => new EngineLost('Spark ended while it worked on the call.', { cause }),
    );
    this.#ready.resolve(this.#calls);
  }

  async #keepAlive(): Promise<void> {
    let pause = FIRST_PAUSE_MILLISECONDS;
    while (!this.#stopping) {
      const born = Date.now();
      const how = await this.#life?.ended;
      if (this.#stopping) return;
      this.generation += 1;
      if (this.#life !== undefined) this.#ready = promised<SparkCalls>();
      this.#calls?.close();
      this.#calls = undefined;
      this.#life = undefined;
      if (Date.now() - born > SOUND_LIFE_MILLISECONDS) pause = FIRST_PAUSE_MILLISECONDS;
      this.#log(`Spark ${how ?? 'did not start'}; it is started again in ${pause} ms.`);
      await wait(pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS);
      await this.#begin().catch((error: unknown) => this.#log(error instanceof Error ? error.message : String(error)));
    }
  }
}

type Promised<T> = { promise: Promise<T>; resolve(value: T): void; reject(error: Error): void };

function promised<T>(): Promised<T> {
  let settle: Omit<Promised<T>, 'promise'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  if (settle === undefined) throw new Error('A promise did not hand out its ends.');
  return { promise, ...settle };
}
