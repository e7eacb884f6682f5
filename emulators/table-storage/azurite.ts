import type http from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type Database, Journal, type StoredRow } from './journal.ts';

interface AzuriteOptions {
  readonly folder: string;
  readonly account: string;
  /** Base64, as an account key is. */
  readonly key: string;
}

interface TableServer {
  readonly httpServer: http.Server;
  readonly metadataStore: { readonly db: Database };
  start(): Promise<void>;
}

export interface Azurite {
  readonly port: number;
  /** How many rows of a table there are in a range. */
  countRows(table: string, isInside: (row: StoredRow) => boolean): number;
}

const keepAliveSeconds = 60;

/**
 * Azurite's tables on a port that is free, with one thing changed: it answers a write only when the write is on disk. By
 * itself it saves every five seconds, and a crash in between would forget what the service had promised.
 */
export async function startAzurite({ account, folder, key }: AzuriteOptions): Promise<Azurite> {
  process.env['AZURITE_ACCOUNTS'] = `${account}:${key}`;
  const server = createServer(folder);
  const journal = new Journal(path.join(folder, 'journal'), server.metadataStore.db);
  saveBeforeAnswering(server, journal);
  await server.start();
  await journal.open();
  return {
    port: (server.httpServer.address() as AddressInfo).port,
    countRows: (table, isInside) =>
      server.metadataStore.db.getCollection(`${account}$${table}`)?.chain().where(isInside).count() ?? 0,
  };
}

/** Azurite takes its configuration by position: these are the ones up to the last that is not its default. */
function createServer(folder: string): TableServer {
  const require = createRequire(import.meta.url);
  const { default: TableConfiguration } = require('azurite/dist/src/table/TableConfiguration');
  const { default: Server } = require('azurite/dist/src/table/TableServer');
  const anyPort = 0;
  const file = path.join(folder, 'tables.json');
  const enableDebugLog = false;
  const enableAccessLog = false;
  const loose = false;
  const skipApiVersionCheck = true;
  return new Server(
    new TableConfiguration(
      '127.0.0.1',
      anyPort,
      keepAliveSeconds,
      file,
      enableDebugLog,
      enableAccessLog,
      undefined,
      undefined,
      loose,
      skipApiVersionCheck,
    ),
  );
}

function saveBeforeAnswering({ httpServer }: TableServer, journal: Journal): void {
  httpServer.prependListener('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
    if (request.method === 'GET' || request.method === 'HEAD') return;
    const end = response.end.bind(response) as (...rest: unknown[]) => http.ServerResponse;
    response.end = (...rest: unknown[]) => {
      journal.flush().then(
        () => end(...rest),
        (error: Error) => response.destroy(error),
      );
      return response;
    };
  });
}
