import type { RegisteredFile } from '../../medallion/files/file.ts';
import { mapConcurrently } from '../../medallion/map-concurrently.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { BlobProperties } from '../../medallion/ports/lake.ts';
import { Attempts, type Failure } from '../attempts.ts';

const concurrency = 64;

/** So long one part of a sweep begins new work. What is left is for the next one: a slow storage must not hold up the host. */
const maxMilliseconds = 240_000;

export type SweepPorts = Pick<Ports, 'datasets' | 'files' | 'lake' | 'marks' | 'tuning'>;

export interface SweepReport {
  readonly looked: number;
  /** Files that no event had told of. */
  readonly missed: number;
  /** How long the oldest of them had lain there. */
  readonly oldestSeconds: number;
  readonly failed: number;
  readonly failures: readonly Failure[];
}

interface SweepOptions {
  /** Whether files are known to be whole, so that young ones are taken too. */
  readonly isSettled?: boolean;
  /** Called with each content that was not known, an ignored one too. */
  readonly tell?: (file: RegisteredFile) => Promise<void>;
}

/** Registers what events have missed. Whatever cannot be done is counted and named, and the rest is done all the same. */
export class Sweep {
  readonly #ports: Pick<SweepPorts, 'files' | 'lake' | 'tuning'>;
  readonly #now: Date;
  readonly #options: SweepOptions;
  readonly #attempts = new Attempts();
  readonly #endsAt = performance.now() + maxMilliseconds;
  #looked = 0;
  #missed = 0;
  #oldestSeconds = 0;

  constructor(ports: Pick<SweepPorts, 'files' | 'lake' | 'tuning'>, now: Date, options: SweepOptions = {}) {
    this.#ports = ports;
    this.#now = now;
    this.#options = options;
  }

  get looked(): number {
    return this.#looked;
  }

  get isOver(): boolean {
    return performance.now() >= this.#endsAt;
  }

  get report(): SweepReport {
    const { failed, failures } = this.#attempts;
    return { looked: this.#looked, missed: this.#missed, oldestSeconds: this.#oldestSeconds, failed, failures };
  }

  /** Lists files, and goes on where a list has broken off the next time. */
  list(work: () => Promise<void>): Promise<void> {
    return this.#attempts.make('list of the landing zone', work);
  }

  /**
   * What was written to before `since` was looked at before, and needs no look at the table. False if the time was over
   * before all were looked at: then they count as none, and have to come again.
   */
  async lookAt(listed: readonly BlobProperties[], since = 0): Promise<boolean> {
    const recent = listed.filter(({ lastModified }) => Date.parse(lastModified) >= since);
    let left = recent.length;
    await mapConcurrently(recent, concurrency, async (file) => {
      if (this.isOver) return;
      left -= 1;
      await this.#attempts.make(file.path, () => this.#register(file));
    });
    if (left > 0) return false;
    this.#looked += listed.length;
    return true;
  }

  async #register(listed: BlobProperties): Promise<void> {
    const { files, lake, tuning } = this.#ports;
    const { isSettled = false, tell } = this.#options;
    const ageSeconds = (this.#now.getTime() - Date.parse(listed.lastModified)) / 1000;
    // Its writer may still add to it, and its event may be on the way.
    if (!isSettled && ageSeconds < tuning.sweep.settleSeconds) return;
    const registration = await files.register(listed.path, () => lake.getProperties(listed.path), listed);
    if (registration.kind !== 'new') return;
    await tell?.(registration.file);
    if (registration.file.status === 'ignored') return;
    this.#missed++;
    this.#oldestSeconds = Math.max(this.#oldestSeconds, ageSeconds);
  }
}
