import { Agent, request } from 'node:http';
import type { SparkProcess } from './spark-process.ts';

export type EngineError = { message: string; condition: string | null; sqlState: string };
/** One JSON line, then bytes: Arrow, when the call was a query. */
export type Frame = { head: Record<string, unknown> & { error?: EngineError }; bytes: Buffer };

/** Calls to one life of the Spark process, over loopback. */
export class SparkCalls {
  readonly #spark: SparkProcess;
  readonly #toError: (cause: unknown) => Error;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(spark: SparkProcess, lost: (cause: unknown) => Error) {
    this.#spark = spark;
    this.#toError = lost;
  }

  post(path: string, body: unknown): Promise<Frame> {
    const text = Buffer.from(JSON.stringify(body));
    const headers = { 'content-length': text.length, 'x-secret': this.#spark.secret };
    return new Promise<Frame>((resolve, reject) => {
      const lost = (cause: unknown) => reject(this.#toError(cause));
      const to = { host: '127.0.0.1', port: this.#spark.port, path, method: 'POST', agent: this.#agent, headers };
      const sent = request(to, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.once('error', lost);
        response.once('end', () => resolve(toFrame(Buffer.concat(parts))));
      });
      sent.once('error', lost);
      sent.end(text);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function toFrame(all: Buffer): Frame {
  const end = all.indexOf(10);
  return { head: JSON.parse(all.toString('utf8', 0, end)), bytes: all.subarray(end + 1) };
}
