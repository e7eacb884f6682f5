import type { FileId, RegisteredFile } from '../../medallion/files/file.ts';
import type { Ports } from '../../medallion/ports/index.ts';

export interface NewFile {
  readonly kind: 'new';
  readonly file: RegisteredFile;
  readonly isWakeUpNeeded: boolean;
}

export type RegisterResult = { readonly kind: 'missing' } | { readonly kind: 'known'; readonly file: FileId } | NewFile;

/** Registers what storage says of a path. An event is a hint; storage is the truth. */
export async function registerFile(
  ports: Pick<Ports, 'files' | 'lake' | 'queue'>,
  path: string,
): Promise<RegisterResult> {
  const { files, lake } = ports;
  const registration = await files.register(path, () => lake.getProperties(path));
  return registration.kind === 'new' ? toNewFile(ports, registration.file) : registration;
}

/** Of all who register files, one alone has to wake the pipeline. */
export async function toNewFile({ queue }: Pick<Ports, 'queue'>, file: RegisteredFile): Promise<NewFile> {
  return { kind: 'new', file, isWakeUpNeeded: file.status === 'pending' && (await queue.requestWakeUp()) };
}
