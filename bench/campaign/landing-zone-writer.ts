import { setTimeout as sleep } from 'node:timers/promises';
import type { DataLakeFileSystemClient } from '@azure/storage-file-datalake';
import { landFile } from '../../cli/landing-zone.ts';
import { toBlobs } from './landing-blobs.ts';
import type { Random } from './random.ts';

const retrySeconds = 1;
const maxTries = 90;

/** One sender, who has folders of its own in the landing zone. It repeats what did not work, as a person or a tool does. */
export class LandingZoneWriter {
  readonly random: Random;
  /** Every content that was ever sent to a path, also those that nobody may have seen. */
  readonly contents = new Map<string, Buffer[]>();
  readonly #name: string;
  readonly #getZone: () => DataLakeFileSystemClient;
  readonly #countContent: () => number;
  readonly #paths = new Set<string>();

  constructor(
    name: string,
    options: { random: Random; countContent: () => number; getZone: () => DataLakeFileSystemClient },
  ) {
    this.#name = name;
    this.random = options.random;
    this.#countContent = options.countContent;
    this.#getZone = options.getZone;
  }

  /** The number of a content that nobody else has. */
  nextContent = (): number => this.#countContent();

  /** A path that has a file of this sender now. */
  choosePath = (): string | undefined => this.random.choose([...this.#paths].filter((path) => /^gym_/.test(path)));

  toPath = (dataset: string, name: string): string => `${dataset}/${this.#name}/${name}`;

  async land(path: string, content: string | Buffer): Promise<void> {
    const bytes = Buffer.from(content);
    this.#remember(path, bytes);
    await this.#repeat(`landing '${path}'`, () => landFile(this.#getZone(), path, bytes));
    this.#paths.add(path);
  }

  /** A rename whose answer is lost was done: then its source is gone when it is repeated. */
  async move(from: string, to: string): Promise<void> {
    for (const content of this.contents.get(from) ?? []) this.#remember(to, content);
    await this.#repeat(`moving '${from}'`, async () => {
      await this.#getZone()
        .getDirectoryClient(to.slice(0, to.lastIndexOf('/')))
        .createIfNotExists();
      await this.#getZone().getFileClient(from).move(to).catch(ignoreMissing);
    });
    this.#paths.delete(from);
    this.#paths.add(to);
  }

  /** Does not wait until it is done, as a tool that has asked for it and ends. */
  async copy(from: string, to: string): Promise<void> {
    for (const content of this.contents.get(from) ?? []) this.#remember(to, content);
    await this.#repeat(`copying '${from}'`, async () => {
      const blobs = toBlobs(this.#getZone());
      await blobs.getBlobClient(to).beginCopyFromURL(blobs.getBlobClient(from).url);
    });
    this.#paths.add(to);
  }

  /** Nobody has ever read it. */
  async landInArchive(path: string, content: string): Promise<void> {
    const bytes = Buffer.from(content);
    this.#remember(path, bytes);
    await this.#repeat(`landing '${path}' in the archive`, () =>
      toBlobs(this.#getZone()).getBlockBlobClient(path).upload(bytes, bytes.length, { tier: 'Archive' }),
    );
    this.#paths.add(path);
  }

  async archive(path: string): Promise<void> {
    await this.#repeat(`archiving '${path}'`, () =>
      toBlobs(this.#getZone()).getBlobClient(path).setAccessTier('Archive').catch(ignoreMissing),
    );
  }

  /** Like a rename, it was done if its answer is lost and the file is gone. */
  async remove(path: string): Promise<void> {
    await this.#repeat(`removing '${path}'`, () => this.#getZone().getFileClient(path).delete().catch(ignoreMissing));
    this.#paths.delete(path);
  }

  #remember(path: string, content: Buffer): void {
    this.contents.set(path, [...(this.contents.get(path) ?? []), content]);
  }

  async #repeat(what: string, send: () => Promise<unknown>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await send();
        return;
      } catch (cause) {
        if (attempt === maxTries) throw new Error(`Sender '${this.#name}' gave up ${what}.`, { cause });
        await sleep(retrySeconds * 1000);
      }
    }
  }
}

function ignoreMissing(error: { statusCode?: number }): void {
  if (error.statusCode !== 404) throw error;
}
