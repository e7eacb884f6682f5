import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Address } from './address.ts';
import { refuse } from './refusal.ts';

type Lease = { id: string; seconds: number; until: number };

const WRITES = new Set([
  ...['CreateFile', 'AppendFile', 'FlushFile', 'DeletePath', 'RenamePath'],
  ...['PutBlob', 'PutBlock', 'PutBlockList', 'SetBlobMetadata', 'DeleteBlob'],
]);

/** Who may write to a blob alone, and until when. Forgotten when the lake ends. */
export class Leases {
  readonly #leases = new Map<string, Lease>();

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
    this.#leases.set(keyOf(address), { id: proposed, seconds, until: endOf(seconds) });
    return proposed;
  }

  /** Also of a lease that has run out, as long as nobody else took one. */
  renew(address: Address, id: string): void {
    const lease = this.#mine(address, id);
    this.#leases.set(keyOf(address), { ...lease, until: endOf(lease.seconds) });
  }

  change(address: Address, id: string, proposed: string): void {
    this.#leases.set(keyOf(address), { ...this.#mine(address, id), id: proposed });
  }

  release(address: Address, id: string): void {
    this.#mine(address, id);
    this.forget(address);
  }

  /** Answers how many seconds it goes on. */
  break(address: Address, seconds: number | undefined): number {
    const lease = this.#alive(address);
    if (lease === undefined) throw refuse('LeaseNotPresentWithLeaseOperation', address.path);
    const left = lease.seconds === -1 ? 0 : Math.max(0, Math.ceil((lease.until - Date.now()) / 1000));
    const rest = Math.min(seconds ?? left, lease.seconds === -1 ? 60 : left);
    if (rest === 0) this.forget(address);
    else this.#leases.set(keyOf(address), { ...lease, until: Date.now() + rest * 1000 });
    return rest;
  }

  forget(address: Address): void {
    this.#leases.delete(keyOf(address));
  }

  #alive(address: Address): Lease | undefined {
    const lease = this.#leases.get(keyOf(address));
    return lease !== undefined && lease.until > Date.now() ? lease : undefined;
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

function endOf(seconds: number): number {
  return seconds === -1 ? Number.POSITIVE_INFINITY : Date.now() + seconds * 1000;
}
