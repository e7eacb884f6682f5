import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import type { Address } from './address.ts';
import { refuse } from './storage-error.ts';

/** Milliseconds since 1970, or null for one that has no end: JSON knows no infinity. */
type Lease = { id: string; seconds: number; until: number | null };

const WRITES = new Set([
  ...['CreateFile', 'AppendFile', 'FlushFile', 'DeletePath', 'RenamePath'],
  ...['PutBlob', 'PutBlock', 'PutBlockList', 'CopyBlob', 'SetBlobMetadata', 'DeleteBlob'],
]);

/** Who may write to a blob alone, and until when. Few are open at a time, so all of them are one small file. */
export class Leases {
  readonly #leases: Map<string, Lease>;
  readonly #file: string;

  constructor(folder: string) {
    this.#file = join(folder, 'leases.json');
    const known = existsSync(this.#file) ? (JSON.parse(readFileSync(this.#file, 'utf8')) as [string, Lease][]) : [];
    this.#leases = new Map(known);
  }

  isLeased(address: Address): boolean {
    return this.#alive(address) !== undefined;
  }

  /** Reading needs no lease; a write to a leased blob has to name it. */
  check(call: string, address: Address, headers: IncomingHttpHeaders): void {
    if (!WRITES.has(call)) return;
    const given = headers['x-ms-lease-id'];
    const lease = this.#alive(address);
    if (lease === undefined) {
      if (given !== undefined) throw refuse('LeaseNotPresentWithBlobOperation', address.path);
    } else if (given === undefined) throw refuse('LeaseIdMissing', address.path);
    else if (given !== lease.id) throw refuse('LeaseIdMismatchWithBlobOperation', address.path);
  }

  acquire(address: Address, seconds: number, proposed = randomUUID() as string): string {
    const isValid = seconds === -1 || (seconds >= 15 && seconds <= 60);
    if (!isValid) throw refuse('InvalidHeaderValue', 'x-ms-lease-duration');
    const lease = this.#alive(address);
    if (lease !== undefined && lease.id !== proposed) throw refuse('LeaseAlreadyPresent', address.path);
    this.#set(address, { id: proposed, seconds, until: endOf(seconds) });
    return proposed;
  }

  /** Also of a lease that has run out, as long as nobody else took one. */
  renew(address: Address, id: string): void {
    const lease = this.#mine(address, id);
    this.#set(address, { ...lease, until: endOf(lease.seconds) });
  }

  change(address: Address, id: string, proposed: string): void {
    this.#set(address, { ...this.#mine(address, id), id: proposed });
  }

  release(address: Address, id: string): void {
    this.#mine(address, id);
    this.forget(address);
  }

  /** Answers how many seconds it goes on. */
  break(address: Address, seconds: number | undefined): number {
    const lease = this.#alive(address);
    if (lease === undefined) throw refuse('LeaseNotPresentWithLeaseOperation', address.path);
    const { until } = lease;
    const left = until === null ? 0 : Math.max(0, Math.ceil((until - Date.now()) / 1000));
    const rest = Math.min(seconds ?? left, until === null ? 60 : left);
    if (rest === 0) this.forget(address);
    else this.#set(address, { ...lease, until: Date.now() + rest * 1000 });
    return rest;
  }

  forget(address: Address): void {
    if (this.#leases.delete(keyOf(address))) this.#save();
  }

  #set(address: Address, lease: Lease): void {
    this.#leases.set(keyOf(address), lease);
    this.#save();
  }

  #save(): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify([...this.#leases]));
    renameSync(`${this.#file}.new`, this.#file);
  }

  #alive(address: Address): Lease | undefined {
    const lease = this.#leases.get(keyOf(address));
    const isOver = lease === undefined || (lease.until !== null && lease.until <= Date.now());
    return isOver ? undefined : lease;
  }

  #mine(address: Address, id: string): Lease {
    const lease = this.#leases.get(keyOf(address));
    if (lease === undefined) throw refuse('LeaseNotPresentWithLeaseOperation', address.path);
    if (lease.id !== id) throw refuse('LeaseIdMismatchWithLeaseOperation', address.path);
    return lease;
  }
}

function keyOf({ container, path }: Address): string {
  return `${container}/${path}`;
}

function endOf(seconds: number): number | null {
  return seconds === -1 ? null : Date.now() + seconds * 1000;
}
