import { rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { checkWrite } from '../conditions.ts';
import { refuse } from '../storage-error.ts';
import { type Call, happeningOf, metadataIn, requireContainer, stamps } from './call.ts';

/** Large blobs arrive in blocks, which mean nothing until a list names them. */
export const putBlock: Call = {
  name: 'PutBlock',
  half: 'blob',
  async perform(asked, world) {
    requireContainer(asked, world, 'blob');
    const id = asked.query.get('blockid') ?? '';
    if (id === '') throw refuse('InvalidQueryParameterValue', 'blockid');
    const received = await world.staging.receive(asked.body);
    try {
      requireContainer(asked, world, 'blob');
      world.blocks.keep(received, asked.address, id);
    } finally {
      rmSync(received, { force: true });
    }
    return { status: 201, headers: { 'x-ms-request-server-encrypted': 'true' } };
  },
};

export const putBlockList: Call = {
  name: 'PutBlockList',
  half: 'blob',
  async perform(asked, world) {
    const { blocks, disk, properties, staging } = world;
    const list = await text(asked.body);
    requireContainer(asked, world, 'blob');
    const before = disk.entry(asked.address);
    checkWrite(asked.headers, before, 'blob');
    if (before?.isDirectory) throw refuse('PathConflict', asked.address.path);
    const ids = [...list.matchAll(/<(Latest|Uncommitted|Committed)>([^<]+)<\/\1>/g)].map(([, , id = '']) => id);
    const joined = staging.empty();
    try {
      blocks.join(asked.address, ids, joined);
      disk.makeParents(asked.address);
      const entry = disk.commit(joined, asked.address);
      const contentType = String(asked.headers['x-ms-blob-content-type'] ?? 'application/octet-stream');
      properties.put(asked.address, { contentType, metadata: metadataIn(asked.headers) });
      blocks.discard(asked.address);
      staging.discard(asked.address);
      world.tell(happeningOf(asked, 'PutBlockList', entry, contentType));
      return { status: 201, headers: { ...stamps(entry), 'x-ms-request-server-encrypted': 'true' } };
    } finally {
      rmSync(joined, { force: true });
    }
  },
};
