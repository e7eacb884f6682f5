import { vi } from 'vitest';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { Registration } from '../../medallion/ports/files.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { BlobProperties } from '../../medallion/ports/lake.ts';
import { aFile, getProperties } from './a-file.ts';

type Registry = Pick<Ports, 'files'>;

/** Registers what storage says. */
export const registerAs = ({ files }: Registry, properties: BlobProperties): Promise<Registration> =>
  files.register(properties.path, async () => properties);

/** Registers a content that is new, or put back, and answers with it. */
export async function registerNew(registry: Registry, properties: BlobProperties): Promise<RegisteredFile> {
  const registration = await registerAs(registry, properties);
  if (registration.kind !== 'new') throw new Error(`File '${properties.path}' is registered already.`);
  return registration.file;
}

let time = Date.parse('2026-01-01T00:00:00Z');

/** Registers files one after another, as they landed: a second apart. */
export async function registerFiles(
  registry: Registry,
  landed: readonly { readonly path: string; readonly etag?: string; readonly length?: number }[],
): Promise<RegisteredFile[]> {
  const registered: RegisteredFile[] = [];
  try {
    for (const { path, ...change } of landed) {
      time += 1000;
      vi.setSystemTime(time);
      const lastModified = new Date(time).toISOString();
      registered.push(await registerNew(registry, getProperties(aFile(path, { lastModified, ...change }))));
    }
  } finally {
    vi.useRealTimers();
  }
  return registered;
}
