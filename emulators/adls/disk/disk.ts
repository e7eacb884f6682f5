import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Address } from '../address.ts';
import { refuse } from '../storage-error.ts';
import { type Entry, entryAt } from './entry.ts';

/** The folder that holds the containers. Changes are synchronous, so that each is whole before the next begins. */
export class Disk {
  readonly root: string;
  /** The lake's own state: what is not committed, and what files cannot carry. Not a legal container name. */
  readonly own: string;
  #lastMicroseconds = 0;

  constructor(root: string) {
    this.root = root;
    this.own = join(root, '.lake');
    mkdirSync(this.own, { recursive: true });
  }

  file({ container, path }: Address): string {
    return join(this.root, container, path);
  }

  hasContainer(container: string): boolean {
    return existsSync(join(this.root, container));
  }

  containers(): string[] {
    return readdirSync(this.root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .sort();
  }

  entry(address: Address): Entry | undefined {
    try {
      return entryAt(this.file(address));
    } catch (error) {
      // A file stands where a directory would have to be.
      if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return undefined;
      throw error;
    }
  }

  makeParents(address: Address): void {
    this.makeDirectory({ ...address, path: dirname(address.path) });
  }

  makeDirectory(address: Address): void {
    try {
      mkdirSync(this.file(address), { recursive: true });
    } catch (error) {
      if (error instanceof Error && 'code' in error && (error.code === 'ENOTDIR' || error.code === 'EEXIST')) {
        throw refuse('PathConflict', address.path);
      }
      throw error;
    }
  }

  /** Puts a finished file in its place in one step; readers see the old content or the new. */
  commit(finished: string, address: Address): Entry {
    const file = this.file(address);
    this.stamp(finished);
    renameSync(finished, file);
    return this.mustHave(address);
  }

  /** Every write gets a later time than the one before, finer than the clock of the file system: ETags rest on it. */
  stamp(file: string): void {
    this.#lastMicroseconds = Math.max(this.#lastMicroseconds + 1, Date.now() * 1000);
    const seconds = this.#lastMicroseconds / 1_000_000;
    utimesSync(file, seconds, seconds);
  }

  move(source: Address, target: Address): void {
    renameSync(this.file(source), this.file(target));
  }

  remove(address: Address, isDirectory: boolean): void {
    rmSync(this.file(address), { recursive: isDirectory, force: false });
  }

  isEmpty(address: Address): boolean {
    return readdirSync(this.file(address)).length === 0;
  }

  removeEmpty(address: Address): void {
    rmdirSync(this.file(address));
  }

  mustHave(address: Address): Entry {
    const entry = this.entry(address);
    if (entry === undefined) throw refuse('PathNotFound', address.path);
    return entry;
  }
}
