import { dirname } from 'node:path';
import { sourceOf } from '../address.ts';
import { checkSource, checkWrite } from '../conditions.ts';
import { refuse } from '../storage-error.ts';
import { type Asked, type Call, happeningOf, requireContainer, stamps, type World } from './call.ts';

/** One step on disk for a file and for a directory, so that nobody sees half of it. */
export const renamePath: Call = {
  name: 'RenamePath',
  half: 'path',
  async perform(asked, world) {
    const { disk, properties, staging } = world;
    const source = sourceOf(String(asked.headers['x-ms-rename-source']), world.account);
    requireContainer({ ...asked, address: source }, world, 'path');
    requireContainer(asked, world, 'path');
    const moved = disk.entry(source);
    if (moved === undefined || source.path === '') throw refuse('SourcePathNotFound', source.path);
    checkSource(asked.headers, moved);
    checkWrite(asked.headers, disk.entry(asked.address), 'path');
    makeWay(asked, world, moved.isDirectory);
    disk.move(source, asked.address);
    properties.move(source, asked.address);
    staging.discard(asked.address);
    staging.discard(source);
    const entry = disk.mustHave(asked.address);
    const { contentType } = properties.get(asked.address);
    const kind = moved.isDirectory ? 'Directory' : 'File';
    world.tell({
      ...happeningOf(asked, `Rename${kind}`, entry, contentType),
      type: `Microsoft.Storage.${moved.isDirectory ? 'Directory' : 'Blob'}Renamed`,
      source,
    });
    return { status: 201, headers: stamps(entry) };
  },
};

function makeWay({ address }: Asked, { disk }: World, movesDirectory: boolean): void {
  const parent = disk.entry({ ...address, path: dirname(address.path) });
  if (parent?.isDirectory !== true) throw refuse('RenameDestinationParentPathNotFound', address.path);
  const target = disk.entry(address);
  if (target === undefined) return;
  if (target.isDirectory !== movesDirectory) throw refuse('PathConflict', address.path);
  if (target.isDirectory && !disk.isEmpty(address)) throw refuse('DirectoryNotEmpty', address.path);
}
