import type { InvocationContext } from '@azure/functions';
import { formatEvent } from '../../medallion/events.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { type NewFile, registerFile } from '../../operations/intake/register-file.ts';
import type { LandedBlob } from './blob-reference.ts';

export interface Intake {
  /** The only container whose files are taken. */
  readonly landing: string;
  readonly wake: () => Promise<void>;
  readonly countRejection: () => void;
}

const maxContainerLength = 63;

/** Starts when a file is closed in the landing zone: looks up what storage says of it, and registers that. */
export async function blobLanded(
  ports: Pick<Ports, 'files' | 'lake' | 'queue'>,
  { container, path }: LandedBlob,
  intake: Intake,
  log: Pick<InvocationContext, 'info' | 'warn'>,
): Promise<void> {
  const now = new Date();
  // An event names its blob; only the configured container is ever looked up.
  if (container !== intake.landing) {
    intake.countRejection();
    return log.warn(formatEvent('event.rejected', now, { container: container.slice(0, maxContainerLength) }));
  }
  const result = await registerFile(ports, path);
  if (result.kind === 'missing') return log.info(formatEvent('file.missing', now, { path }));
  if (result.kind === 'new') await announceFile(result, intake, log);
}

/** Says that a content has come, and wakes the pipeline if nobody else does. */
export async function announceFile(
  { file: { file, path, reason, status }, isWakeUpNeeded }: NewFile,
  { wake }: Intake,
  log: Pick<InvocationContext, 'info'>,
): Promise<void> {
  log.info(formatEvent('file.registered', new Date(), { file, path, status, reason }));
  if (isWakeUpNeeded) await wake();
}
