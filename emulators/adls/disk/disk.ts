import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Address } from '../address.ts';
import { createError } from '../storage-error.ts';
import { archive, bringBack } from './archive.ts';
import { type Entry, readEntry } from './entry.ts';

/** The folder that holds the containers. Changes are synchronous, so that each is whole before the next begins. */
export class Disk {
  readonly root: string;
  /** The lake's own state: what is not committed, and what files cannot carry. Not a legal container name. */
  readonly stateFolder: string;
  #lastMicroseconds = 0;

  constructor(root: string) {
    this.root = root;
    this.stateFolder = join(root, '.lake');
    mkdirSync(this.stateFolder, { recursive: true });
  }

  getFile({ container, path }: Address): string {
    return join(this.root, container, path);
  }

  hasContainer(container: string): boolean {
    return existsSync(join(this.root, container));
  }

  listContainers(): string[] {
    return readdirSync(this.root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name)
      .sort();
  }

  findEntry(address: Address): Entry | undefined {
    try {
      return readEntry(this.getFile(address));
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
      mkdirSync(this.getFile(address), { recursive: true });
    } catch (error) {
      if (error instanceof Error && 'code' in error && (error.code === 'ENOTDIR' || error.code === 'EEXIST')) {
        throw createError('PathConflict', address.path);
      }
      throw error;
    }
  }

  /** Puts a finished file in its place in one step; readers see the old content or the new. */
  commit(finished: string, address: Address): Entry {
    const file = this.getFile(address);
    this.stamp(finished);
    renameSync(finished, file);
    return this.requireEntry(address);
  }

  /** Every write gets a later time than the one before, finer than the clock of the file system: ETags rest on it. */
  stamp(file: string): void {
    this.#lastMicroseconds = Math.max(this.#lastMicroseconds + 1, Date.now() * 1000);
    const seconds = this.#lastMicroseconds / 1_000_000;
    utimesSync(file, seconds, seconds);
  }

  move(source: Address, target: Address): void {
    renameSync(this.getFile(source), this.getFile(target));
  }

  remove(address: Address, isDirectory: boolean): void {
    rmSync(this.getFile(address), { recursive: isDirectory, force: false });
  }

  archive(address: Address): void {
    archive(this.getFile(address), join(this.stateFolder, 'archive'));
  }

  bringBack(address: Address): void {
    bringBack(this.getFile(address));
  }

  isEmpty(address: Address): boolean {
    return readdirSync(this.getFile(address)).length === 0;
  }

  removeEmpty(address: Address): void {
    rmdirSync(this.getFile(address));
  }

  requireEntry(address: Address): Entry {
    const entry = this.findEntry(address);
    if (entry === undefined) throw createError('PathNotFound', address.path);
    return entry;
  }
}
