import type http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { endWithParent, optionsFromCommandLine } from '../shared/process.ts';

/**
 * Azurite's tables, with one thing changed: it answers a write only when the write is on disk. By itself it saves every
 * five seconds, and a crash in between would forget what the service had promised.
 */
interface Options {
  readonly port: number;
  readonly folder: string;
  readonly account: string;
  readonly key: string;
}

interface TableServer {
  readonly httpServer: http.Server;
  readonly metadataStore: { readonly db: { saveDatabase(done: (error?: Error) => void): void } };
  start(): Promise<void>;
}

const { port, folder, account, key } = optionsFromCommandLine<Options>();
process.env['AZURITE_ACCOUNTS'] = `${account}:${key}`;

const require = createRequire(import.meta.url);
const { default: TableConfiguration } = require('azurite/dist/src/table/TableConfiguration');
const { default: Server } = require('azurite/dist/src/table/TableServer');

const keepAliveSeconds = 60;
const [debugLog, accessLog, loose, skipApiVersionCheck] = [false, false, false, true];
const configuration = new TableConfiguration(
  '127.0.0.1',
  port,
  keepAliveSeconds,
  path.join(folder, 'tables.json'),
  debugLog,
  accessLog,
  undefined,
  undefined,
  loose,
  skipApiVersionCheck,
);
const server: TableServer = new Server(configuration);

const saved = () =>
  new Promise<void>((resolve, reject) => {
    server.metadataStore.db.saveDatabase((error) => (error ? reject(error) : resolve()));
  });

/** Requests that come together wait for the same save. */
server.httpServer.prependListener('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const end = response.end.bind(response) as (...rest: unknown[]) => http.ServerResponse;
  response.end = (...rest: unknown[]) => {
    saved().then(
      () => end(...rest),
      (error: Error) => response.destroy(error),
    );
    return response;
  };
});

await server.start();
endWithParent(async () => process.exit(0));
process.send?.({ kind: 'ready', address: `http://127.0.0.1:${port}/${account}` });
