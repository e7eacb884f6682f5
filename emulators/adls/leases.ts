import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import type { Address } from './address.ts';
import { createError } from './storage-error.ts';

/** Milliseconds since 1970, or null for one that has no end: JSON knows no infinity. */
type Lease = { id: string; seconds: number; until: number | null };

const writes = new Set([
  'CreateFile',
  'AppendFile',
  'FlushFile',
  'DeletePath',
  'RenamePath',
  'PutBlob',
  'PutBlock',
  'PutBlockList',
  'CopyBlob',
  'SetBlobMetadata',
  'DeleteBlob',
]);

/** Who may write to a blob alone, and until when. Few are open at a time, so all of them are one small file. */
export class Leases {
  readonly #leases: Map<string, Lease>;
  readonly #file: string;

  constructor(folder: string) {
    this.#file = join(folder, 'leases.json');
    const entries = existsSync(this.#file) ? (JSON.parse(readFileSync(this.#file, 'utf8')) as [string, Lease][]) : [];
    this.#leases = new Map(entries);
  }

  isLeased(address: Address): boolean {
    return this.#findActive(address) !== undefined;
  }

  /** Reading needs no lease; a write to a leased blob has to name it. */
  check(call: string, address: Address, headers: IncomingHttpHeaders): void {
    if (!writes.has(call)) return;
    const leaseId = headers['x-ms-lease-id'];
    const lease = this.#findActive(address);
    if (lease === undefined) {
      if (leaseId !== undefined) throw createError('LeaseNotPresentWithBlobOperation', address.path);
    } else if (leaseId === undefined) throw createError('LeaseIdMissing', address.path);
    else if (leaseId !== lease.id) throw createError('LeaseIdMismatchWithBlobOperation', address.path);
  }

  acquire(address: Address, seconds: number, proposed = randomUUID() as string): string {
    const isValid = seconds === -1 || (seconds >= 15 && seconds <= 60);
    if (!isValid) throw createError('InvalidHeaderValue', 'x-ms-lease-duration');
    const lease = this.#findActive(address);
    if (lease !== undefined && lease.id !== proposed) throw createError('LeaseAlreadyPresent', address.path);
    this.#set(address, { id: proposed, seconds, until: getEnd(seconds) });
    return proposed;
  }

  /** Also of a lease that has run out, as long as nobody else took one. */
  renew(address: Address, id: string): void {
    const lease = this.#requireOwn(address, id);
    this.#set(address, { ...lease, until: getEnd(lease.seconds) });
  }

  change(address: Address, id: string, proposed: string): void {
    this.#set(address, { ...this.#requireOwn(address, id), id: proposed });
  }

  release(address: Address, id: string): void {
    this.#requireOwn(address, id);
    this.forget(address);
  }

  /** Answers how many seconds it goes on. */
  break(address: Address, seconds: number | undefined): number {
    const lease = this.#findActive(address);
    if (lease === undefined) throw createError('LeaseNotPresentWithLeaseOperation', address.path);
    const { until } = lease;
    const left = until === null ? 0 : Math.max(0, Math.ceil((until - Date.now()) / 1000));
    const rest = Math.min(seconds ?? left, until === null ? 60 : left);
    if (rest === 0) this.forget(address);
    else this.#set(address, { ...lease, until: Date.now() + rest * 1000 });
    return rest;
  }

  forget(address: Address): void {
    if (this.#leases.delete(toKey(address))) this.#save();
  }

  #set(address: Address, lease: Lease): void {
    this.#leases.set(toKey(address), lease);
    this.#save();
  }

  #save(): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify([...this.#leases]));
    renameSync(`${this.#file}.new`, this.#file);
  }

  #findActive(address: Address): Lease | undefined {
    const lease = this.#leases.get(toKey(address));
    const isOver = lease === undefined || (lease.until !== null && lease.until <= Date.now());
    return isOver ? undefined : lease;
  }

  #requireOwn(address: Address, id: string): Lease {
    const lease = this.#leases.get(toKey(address));
    if (lease === undefined) throw createError('LeaseNotPresentWithLeaseOperation', address.path);
    if (lease.id !== id) throw createError('LeaseIdMismatchWithLeaseOperation', address.path);
    return lease;
  }
}

function toKey({ container, path }: Address): string {
  return `${container}/${path}`;
}

function getEnd(seconds: number): number | null {
  return seconds === -1 ? null : Date.now() + seconds * 1000;
}
