import net from 'node:net';
import { UserError } from '../user-error.ts';

/** A port that is free now on loopback; the preferred one itself if one is named, or a clear error. */
export function findFreePort(preferred = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', (cause: NodeJS.ErrnoException) => {
      reject(new UserError(`Port ${preferred} cannot be used (${cause.code}). Choose another with --port.`, { cause }));
    });
    probe.listen(preferred, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
