import { randomUUID } from 'node:crypto';
import type { Frame } from '../engine/spark-calls.ts';

/** One statement that was handed to Spark: running until it has a frame. */
export class Statement {
  readonly id: string = randomUUID();
  readonly session: string;
  readonly finished: Promise<void>;
  frame: Frame | undefined;
  stopped: 'none' | 'user' | 'timeout' = 'none';
  /** How many Arrow batches were handed out. */
  fetched = 0;

  constructor(session: string, run: (id: string) => Promise<Frame>) {
    this.session = session;
    this.finished = run(this.id).then(
      (frame) => {
        this.frame = frame;
      },
      (error: unknown) => {
        const message = `The statement was lost. ${error instanceof Error ? error.message : String(error)}`;
        this.frame = { head: { error: { message, condition: null, sqlState: '08S01' } }, bytes: Buffer.alloc(0) };
      },
    );
  }

  /** Waits until it has finished, but not longer than a caller should be kept. */
  async settle(milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    });
    await Promise.race([this.finished, late]);
    clearTimeout(timer);
  }
}
