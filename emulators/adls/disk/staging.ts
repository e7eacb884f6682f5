import { createHash, randomUUID } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  createWriteStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Address } from '../address.ts';
import { createError } from '../storage-error.ts';

/** Appends that are not committed: one file per position, outside every container, kept across restarts. */
export class Staging {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = join(folder, 'staging');
    mkdirSync(this.#folder, { recursive: true });
    // A plain file here is a body that was still on its way when the lake last ended; nobody will ask for it again.
    for (const entry of readdirSync(this.#folder, { withFileTypes: true })) {
      if (entry.isFile()) rmSync(join(this.#folder, entry.name));
    }
  }

  /** Receives a body into a file of its own; the caller commits or discards it. */
  async receive(body: Readable): Promise<string> {
    const file = join(this.#folder, randomUUID());
    await pipeline(body, createWriteStream(file));
    return file;
  }

  createFile(): string {
    const file = join(this.#folder, randomUUID());
    writeFileSync(file, '');
    return file;
  }

  keep(received: string, address: Address, position: number): void {
    const folder = this.#getFolder(address);
    mkdirSync(folder, { recursive: true });
    renameSync(received, join(folder, String(position).padStart(16, '0')));
  }

  discard(address: Address): void {
    rmSync(this.#getFolder(address), { recursive: true, force: true });
  }

  /** Joins what is committed and what was appended; refused when it has a gap or another length than the caller says. */
  join(address: Address, committed: { file: string; length: number }, position: number): string {
    const parts = this.#listParts(address);
    let length = committed.length;
    for (const part of parts) {
      if (part.position !== length) throw createError('InvalidFlushPosition', address.path);
      length += part.length;
    }
    if (length !== position) throw createError('InvalidFlushPosition', address.path);
    const joined = this.createFile();
    const [first, ...rest] = parts;
    if (committed.length > 0) copyFileSync(committed.file, joined);
    else if (first !== undefined) renameSync(first.file, joined);
    const added = committed.length > 0 ? parts : rest;
    for (const part of added) appendFileSync(joined, readFileSync(part.file));
    this.discard(address);
    return joined;
  }

  /** Where an append that began at a position ends. */
  getEnd(address: Address, position: number): number {
    return position + (this.#listParts(address).find((part) => part.position === position)?.length ?? 0);
  }

  #listParts(address: Address): { file: string; position: number; length: number }[] {
    const folder = this.#getFolder(address);
    try {
      return readdirSync(folder)
        .sort()
        .map((name) => {
          const file = join(folder, name);
          return { file, position: Number(name), length: statSync(file).size };
        });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
  }

  #getFolder({ container, path }: Address): string {
    return join(this.#folder, createHash('sha256').update(`${container}/${path}`).digest('hex'));
  }
}
