import { startAzurite } from './azurite.ts';
import { createProxy, type ProxyOptions } from './proxy.ts';

export interface TableOptions extends Omit<ProxyOptions, 'log'> {
  readonly port: number;
  readonly folder: string;
  readonly account: string;
  /** Base64, as an account key is. */
  readonly key: string;
}

/** Azurite's tables behind a proxy that is as strict as the service. Answers the address of the account. */
export async function startTables(options: TableOptions): Promise<string> {
  const azurite = await startAzurite(options);
  const server = createProxy(azurite, { ...options, log: console.log });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${options.port}/${options.account}`;
}
