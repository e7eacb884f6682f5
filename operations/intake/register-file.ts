import type { FileId, RegisteredFile } from '../../medallion/files/file.ts';
import type { Ports } from '../../medallion/ports/index.ts';

export type RegisterResult =
  | { readonly kind: 'missing' }
  | { readonly kind: 'known'; readonly file: FileId }
  | { readonly kind: 'new'; readonly file: RegisteredFile; readonly isWakeUpNeeded: boolean };

/** Registers what storage says of a path. An event is a hint; storage is the truth. */
export async function registerFile(
  { files, lake, queue }: Pick<Ports, 'files' | 'lake' | 'queue'>,
  path: string,
): Promise<RegisterResult> {
  const registration = await files.register(path, () => lake.getProperties(path));
  if (registration.kind !== 'new') return registration;
  const { file } = registration;
  return { kind: 'new', file, isWakeUpNeeded: file.status === 'pending' && (await queue.requestWakeUp()) };
}
