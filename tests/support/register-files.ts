import { vi } from 'vitest';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { aFile, getProperties } from './a-file.ts';

let time = Date.parse('2026-01-01T00:00:00Z');

/** Registers files one after another, a second apart, and answers with them as they were registered. */
export async function registerFiles(
  { files }: Pick<Ports, 'files'>,
  landed: readonly { readonly path: string; readonly etag?: string }[],
): Promise<RegisteredFile[]> {
  const registered: RegisteredFile[] = [];
  try {
    for (const { path, ...change } of landed) {
      time += 1000;
      vi.setSystemTime(time);
      const registration = await files.register(getProperties(aFile(path, change)));
      if (registration.kind === 'known') throw new Error(`File '${path}' is registered already.`);
      registered.push(registration.file);
    }
  } finally {
    vi.useRealTimers();
  }
  return registered;
}
