import type { Ports } from '../../medallion/ports/index.ts';
import { recordedStatement, toRecordedState } from '../../medallion/releases/recorded-state.ts';
import type { PublishedState } from '../../medallion/releases/release.ts';
import type { Rejected } from '../rejected.ts';

type Recorded = { readonly kind: 'state'; readonly state: PublishedState } | Rejected;
type Stored = { readonly kind: 'state'; readonly state: PublishedState; readonly etag: string | undefined } | Rejected;

/** What readers see, from the state table; from the lakehouse itself if that has no record of it. */
export async function readPublishedState(ports: Pick<Ports, 'releases' | 'sqlWarehouse'>): Promise<Stored> {
  const stored = await ports.releases.get();
  if (stored !== undefined) return { kind: 'state', ...stored };
  const recorded = await readRecordedState(ports);
  return recorded.kind === 'rejected' ? recorded : { ...recorded, etag: undefined };
}

/** What `ops.releases` tells: the publication that ended last, and a later one that has only begun. */
export async function readRecordedState({ sqlWarehouse }: Pick<Ports, 'sqlWarehouse'>): Promise<Recorded> {
  const result = await sqlWarehouse.query(recordedStatement);
  if (result.kind === 'rejected') return { kind: 'rejected', code: 'query_failed', reason: result.reason };
  return { kind: 'state', state: toRecordedState(result.rows) };
}
