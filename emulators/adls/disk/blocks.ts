import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Address } from '../address.ts';
import { refuse } from '../storage-error.ts';

/** Blocks that are put and not yet in a list: one file each, kept across restarts. */
export class Blocks {
  readonly #folder: string;

  constructor(own: string) {
    this.#folder = join(own, 'blocks');
    mkdirSync(this.#folder, { recursive: true });
  }

  keep(received: string, address: Address, id: string): void {
    const file = this.#file(address, id);
    mkdirSync(this.#of(address), { recursive: true });
    renameSync(received, file);
  }

  /** Joins the blocks in the order of the list into a file of its own. */
  join(address: Address, ids: readonly string[], into: string): void {
    const files = ids.map((id) => this.#file(address, id));
    if (!files.every((file) => existsSync(file))) throw refuse('InvalidBlockList', address.path);
    writeFileSync(into, '');
    for (const file of files) appendFileSync(into, readFileSync(file));
  }

  discard(address: Address): void {
    rmSync(this.#of(address), { recursive: true, force: true });
  }

  #file(address: Address, id: string): string {
    return join(this.#of(address), Buffer.from(id).toString('hex'));
  }

  #of({ container, path }: Address): string {
    return join(this.#folder, createHash('sha256').update(`${container}/${path}`).digest('hex'));
  }
}
