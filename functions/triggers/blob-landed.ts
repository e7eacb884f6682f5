import type { InvocationContext } from '@azure/functions';
import type { World } from '../../medallion/ports/world.ts';
import type { LandedBlob } from './blob-reference.ts';

interface Zone {
  /** The only container whose files are taken. */
  readonly landing: string;
  readonly wake: () => Promise<void>;
  readonly refused: () => void;
}

/** Wakes when a file is closed in the landing zone, asks storage for the truth, and registers what it says. */
export async function blobLanded(
  { lake, registry }: Pick<World, 'lake' | 'registry'>,
  { container, path }: LandedBlob,
  { landing, refused, wake }: Zone,
  context: Pick<InvocationContext, 'info' | 'warn'>,
): Promise<void> {
  // An event names its blob; only the zone that was configured is ever asked about it.
  if (container !== landing) {
    refused();
    return context.warn(`Refused an event of the container '${container.slice(0, 63)}'.`);
  }
  const facts = await lake.factsOf(path);
  if (!facts) return context.info(`File '${path}' is gone before it could be registered.`);
  const registration = await registry.register(facts);
  if (registration.kind === 'known') return context.info(`File '${path}' is known as '${registration.file}'.`);
  const { because, fate, file } = registration.file;
  context.info(`File '${path}' is registered as '${file}', ${fate}.${because ? ` ${because}` : ''}`);
  if (fate === 'pending' && (await registry.ring())) await wake();
}
