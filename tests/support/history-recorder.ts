import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningStack } from '../../bench/harness/running-stack.ts';
import { waitUntil } from '../../bench/harness/target.ts';
import { getHomeFiles } from '../../cli/stack/home.ts';
import { exportHistories, type RecordedHistory } from '../../emulators/functions-host/export-histories.ts';
import { listHistoryNames } from './history-endings.ts';
import { toNeutralText } from './neutral-text.ts';
import { root } from './root.ts';

const pauseMilliseconds = 300;
const maxSeconds = 400;

/**
 * Keeps one history for each ending that a local stack comes to. It looks all the time: of what continues as new, the host
 * keeps the last generation alone.
 */
export class HistoryRecorder {
  readonly #stack: RunningStack;
  readonly #histories: Map<string, RecordedHistory>;
  readonly #looking: Promise<void>;
  #isStopped = false;

  private constructor(stack: RunningStack, histories: Map<string, RecordedHistory>) {
    this.#stack = stack;
    this.#histories = histories;
    this.#looking = this.#look();
    // Whoever stops the recorder is told.
    this.#looking.catch(() => undefined);
  }

  /** Adds to histories what the stack comes to while it is used. */
  static async record(
    stack: RunningStack,
    histories: Map<string, RecordedHistory>,
    use: (recorder: HistoryRecorder) => Promise<void>,
  ): Promise<void> {
    const recorder = new HistoryRecorder(stack, histories);
    try {
      await use(recorder);
    } finally {
      recorder.#isStopped = true;
      await recorder.#looking;
    }
  }

  waitFor(...names: string[]): Promise<void> {
    const what = `history of ${names.join(' and ')}`;
    return waitUntil(what, async () => names.every((name) => this.#histories.has(name)), maxSeconds);
  }

  /** Waits until an orchestration of that name is on its way. */
  waitForStart(name: string): Promise<void> {
    return waitUntil(`running '${name}'`, async () =>
      exportHistories(this.#storeFile).some((recorded) => recorded.name === name && recorded.status === 'Running'),
    );
  }

  get #storeFile(): string {
    return getHomeFiles(this.#stack.home).store;
  }

  async #look(): Promise<void> {
    while (!this.#isStopped) {
      this.#collect();
      await sleep(pauseMilliseconds);
    }
    this.#collect();
  }

  #collect(): void {
    const { home } = this.#stack;
    for (const recorded of exportHistories(this.#storeFile)) {
      const names = listHistoryNames(recorded).filter((name) => !this.#histories.has(name));
      if (names.length === 0) continue;
      const text = toNeutralText(JSON.stringify(recorded), { [home]: '/medallion/home', [root]: '/medallion/app' });
      for (const name of names) this.#histories.set(name, JSON.parse(text) as RecordedHistory);
    }
  }
}
