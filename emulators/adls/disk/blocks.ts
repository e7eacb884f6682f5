import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Address } from '../address.ts';
import { createError } from '../storage-error.ts';

/** Blocks that are put and not yet in a list: one file each, kept across restarts. */
export class Blocks {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = join(folder, 'blocks');
    mkdirSync(this.#folder, { recursive: true });
  }

  keep(received: string, address: Address, id: string): void {
    const file = this.#getFile(address, id);
    mkdirSync(this.#getFolder(address), { recursive: true });
    renameSync(received, file);
  }

  /** Joins the blocks in the order of the list into a file of its own. */
  join(address: Address, ids: readonly string[], target: string): void {
    const files = ids.map((id) => this.#getFile(address, id));
    if (!files.every((file) => existsSync(file))) throw createError('InvalidBlockList', address.path);
    writeFileSync(target, '');
    for (const file of files) appendFileSync(target, readFileSync(file));
  }

  discard(address: Address): void {
    rmSync(this.#getFolder(address), { recursive: true, force: true });
  }

  #getFile(address: Address, id: string): string {
    return join(this.#getFolder(address), Buffer.from(id).toString('hex'));
  }

  #getFolder({ container, path }: Address): string {
    return join(this.#folder, createHash('sha256').update(`${container}/${path}`).digest('hex'));
  }
}
