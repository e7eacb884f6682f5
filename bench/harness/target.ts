import { setTimeout as sleep } from 'node:timers/promises';
import type { DataLakeFileSystemClient } from '@azure/storage-file-datalake';
import { landFile } from '../../cli/landing-zone.ts';
import { type Health, isQuiet, type Operator, readStatus, type Status } from '../../cli/operator.ts';
import type { Result } from '../../cli/query.ts';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';

export type Query = (statement: string) => Promise<Result>;

/** A running operator and its lakehouse, seen only through what everybody can see: HTTP, storage client, SQL driver. */
export abstract class Target {
  abstract get operator(): Operator;
  abstract getLandingZone(): DataLakeFileSystemClient;
  abstract useWarehouse<QueryResult>(use: (query: Query) => Promise<QueryResult>): Promise<QueryResult>;
  /** Leaves nothing behind that was started for it. */
  abstract dismiss(): Promise<void>;

  land(path: string, content: string | Buffer): Promise<void> {
    return landFile(this.getLandingZone(), path, Buffer.from(content));
  }

  query(statement: string): Promise<Result> {
    return this.useWarehouse((query) => query(statement));
  }

  async get<QueryResult>(place: string): Promise<QueryResult> {
    const { app, headers = {} } = this.operator;
    const response = await fetch(`${app}/api/${place}`, { headers });
    if (!response.ok) throw new Error(`${response.status} for '${place}': ${await response.text()}`);
    return (await response.json()) as QueryResult;
  }

  getHealth = () => this.get<Health>('status');
  listRuns = async () => (await this.get<{ runs: RunRecord[] }>('runs')).runs;
  listFiles = async (filter = '') => (await this.get<{ files: RegisteredFile[] }>(`files?limit=1000&${filter}`)).files;

  /** The one file on a path, or the newest of its contents. */
  async getFile(path: string): Promise<RegisteredFile> {
    const files = await this.listFiles(`path=${encodeURIComponent(path)}`);
    const newest = files.toSorted((a, b) => b.registeredAt.localeCompare(a.registeredAt))[0];
    if (!newest) throw new Error(`No file is registered at '${path}'.`);
    return newest;
  }

  /** Waits until nothing waits or runs, and answers with what then is. */
  async waitUntilQuiet(seconds = 600): Promise<Status> {
    let status: Status | undefined;
    await waitUntil(
      'quiet operator',
      async () => {
        status = await readStatus(this.getLandingZone(), this.operator);
        return isQuiet(status);
      },
      seconds,
    );
    return status as Status;
  }
}

/** Looks again and again until it is so. Throws if it never is; `what` is a noun without an article. */
export async function waitUntil(what: string, isSo: () => Promise<boolean>, seconds = 180): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      if (await isSo()) return;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await sleep(100);
  }
  throw new Error(`After ${seconds} s there was still no ${what}.`, { cause: last });
}
