import { setTimeout as sleep } from 'node:timers/promises';
import { createPeopleFiles, createSecondFile, type LandingFile } from './live-load.ts';
import { RunningStack } from './running-stack.ts';
import { waitUntil } from './target.ts';

const always = ['--empty', '--streaming', '--sweep', '*/3 * * * * *'];

/** A local stack whose layers stream, to which a file lands every second whatever happens to it meanwhile. */
export class LiveLakehouse {
  #stack: RunningStack;
  readonly #options: readonly string[];
  readonly landed = new Map<string, number>();
  /** The newest content of each path. */
  readonly files: LandingFile[] = [];

  private constructor(stack: RunningStack, options: readonly string[]) {
    this.#stack = stack;
    this.#options = options;
  }

  static async start(more: readonly string[] = []): Promise<LiveLakehouse> {
    const options = [...always, ...more];
    const lakehouse = new LiveLakehouse(await RunningStack.start({ options }), options);
    for (const file of createPeopleFiles()) await lakehouse.land(file);
    await lakehouse.stack.waitUntilQuiet();
    return lakehouse;
  }

  get stack(): RunningStack {
    return this.#stack;
  }

  /** One file per second. The event of a second happens beside the landing. */
  async landEverySecond(from: number, to: number, events: Record<number, () => Promise<unknown>> = {}): Promise<void> {
    const began = Date.now();
    const happenings: Promise<unknown>[] = [];
    for (let second = from; second < to; second++) {
      await sleep(Math.max(0, began + (second - from) * 1000 - Date.now()));
      const event = events[second];
      if (event) happenings.push(event());
      await this.land(createSecondFile(second));
    }
    await Promise.all(happenings);
  }

  /** Tries until it works, because nothing can land while the stack starts again. */
  async land({ content, path }: LandingFile): Promise<void> {
    await waitUntil(`place for '${path}'`, async () => {
      await this.#stack.land(path, content);
      return true;
    });
    this.landed.set(path, Date.now());
    const before = this.files.findIndex((file) => file.path === path);
    this.files.splice(before < 0 ? this.files.length : before, 1, { path, content });
  }

  async killEverything(): Promise<void> {
    const { home } = this.#stack;
    await this.#stack.kill('everything');
    this.#stack = await RunningStack.start({ home, options: this.#options });
  }

  async updateStreams(layer: string, settings: { mode?: string; paused?: boolean }): Promise<void> {
    await waitUntil(`operator that takes '${JSON.stringify(settings)}'`, async () => {
      const response = await fetch(`${this.#stack.addresses.app}/api/streams/${layer}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...settings, reason: 'The test says so.' }),
      });
      return response.status === 202;
    });
  }

  /** Seconds from the end of each upload to a stage, sorted; of all files, or of those on the given paths. */
  async listSeconds(
    stage: 'bronzeAt' | 'silverAt' | 'goldAt' | 'publishedAt',
    paths?: ReadonlySet<string>,
  ): Promise<number[]> {
    const files = (await this.#stack.listFiles()).filter(({ path }) => !paths || paths.has(path));
    const seconds = files.flatMap((file) => {
      const landed = this.landed.get(file.path);
      const at = file[stage];
      return landed === undefined || at === undefined ? [] : [(Date.parse(at) - landed) / 1000];
    });
    return seconds.toSorted((a, b) => a - b);
  }

  dismiss(): Promise<void> {
    return this.#stack.dismiss();
  }
}
