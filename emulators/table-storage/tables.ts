import type http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';

export interface TableOptions {
  readonly port: number;
  readonly folder: string;
  readonly account: string;
  /** Base64, as an account key is. */
  readonly key: string;
}

interface TableServer {
  readonly httpServer: http.Server;
  readonly metadataStore: { readonly db: { saveDatabase(done: (error?: Error) => void): void } };
  start(): Promise<void>;
}

const keepAliveSeconds = 60;

/**
 * Azurite's tables, with one thing changed: it answers a write only when the write is on disk. By itself it saves every
 * five seconds, and a crash in between would forget what the service had promised. Answers the address of the account.
 */
export async function startTables(options: TableOptions): Promise<string> {
  const { account, key, port } = options;
  process.env['AZURITE_ACCOUNTS'] = `${account}:${key}`;
  const server = createServer(options);
  saveBeforeAnswering(server);
  await server.start();
  return `http://127.0.0.1:${port}/${account}`;
}

/** Azurite takes its configuration by position: these are the ones up to the last that is not its default. */
function createServer({ folder, port }: TableOptions): TableServer {
  const require = createRequire(import.meta.url);
  const { default: TableConfiguration } = require('azurite/dist/src/table/TableConfiguration');
  const { default: Server } = require('azurite/dist/src/table/TableServer');
  const file = path.join(folder, 'tables.json');
  const enableDebugLog = false;
  const enableAccessLog = false;
  const loose = false;
  const skipApiVersionCheck = true;
  return new Server(
    new TableConfiguration(
      '127.0.0.1',
      port,
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

/** Requests that come together wait for the same save. */
function saveBeforeAnswering({ httpServer, metadataStore }: TableServer): void {
  const save = () =>
    new Promise<void>((resolve, reject) => {
      metadataStore.db.saveDatabase((error) => (error ? reject(error) : resolve()));
    });
  httpServer.prependListener('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
    if (request.method === 'GET' || request.method === 'HEAD') return;
    const end = response.end.bind(response) as (...rest: unknown[]) => http.ServerResponse;
    response.end = (...rest: unknown[]) => {
      save().then(
        () => end(...rest),
        (error: Error) => response.destroy(error),
      );
      return response;
    };
  });
}
