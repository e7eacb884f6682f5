import net from 'node:net';
import { Refusal } from './refusal.ts';

/** A port that is free now on loopback; `wanted` itself if one is named, or a clear refusal. */
export function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', (cause: NodeJS.ErrnoException) => {
      reject(new Refusal(`Port ${wanted} cannot be used (${cause.code}). Choose another with --port.`, { cause }));
    });
    probe.listen(wanted, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
