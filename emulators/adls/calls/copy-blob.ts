import { randomUUID } from 'node:crypto';
import { copyFileSync, rmSync } from 'node:fs';
import { addressOf } from '../address.ts';
import { checkSource, checkWrite } from '../conditions.ts';
import { Refusal, refuse } from '../storage-error.ts';
import { type Asked, type Call, happeningOf, metadataIn, requireContainer, requireEntry, stamps } from './call.ts';

/** Within this account alone, so it is over when it is answered: a copy never is pending, and none can be aborted. */
export const copyBlob: Call = {
  name: 'CopyBlob',
  half: 'blob',
  async perform(asked, world) {
    const { disk, properties, staging } = world;
    requireContainer(asked, world, 'blob');
    const source = { ...asked, address: sourceOf(asked, world.account) };
    requireContainer(source, world, 'blob');
    const copied = requireEntry(source, world, 'blob');
    if (copied.isDirectory) throw refuse('PathConflict', source.address.path);
    checkSource(asked.headers, copied);
    const before = disk.entry(asked.address);
    checkWrite(asked.headers, before, 'blob');
    if (before?.isDirectory) throw refuse('PathConflict', asked.address.path);
    const content = staging.empty();
    try {
      copyFileSync(disk.file(source.address), content);
      disk.makeParents(asked.address);
      const entry = disk.commit(content, asked.address);
      const { contentType, metadata } = properties.get(source.address);
      const named = metadataIn(asked.headers);
      properties.put(asked.address, { contentType, metadata: Object.keys(named).length > 0 ? named : metadata });
      staging.discard(asked.address);
      world.tell(happeningOf(asked, 'CopyBlob', entry, contentType));
      return {
        status: 202,
        headers: { ...stamps(entry), 'x-ms-copy-id': randomUUID(), 'x-ms-copy-status': 'success' },
      };
    } finally {
      rmSync(content, { force: true });
    }
  },
};

function sourceOf({ headers }: Asked, account: string) {
  const { host, pathname } = new URL(String(headers['x-ms-copy-source']), 'http://lake');
  if (host === headers.host) return addressOf(pathname, account, false);
  throw new Refusal(
    501,
    'NotImplemented',
    `'${host}' is another account; this lake copies within its own. Read there and write here.`,
  );
}
