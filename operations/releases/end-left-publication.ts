import type { Ports } from '../../medallion/ports/index.ts';
import { publish } from './publish.ts';

/**
 * Ends a publication whose publisher has gone: readers see some tables of it and some of the release before, and the next
 * publisher may be long in coming, as while the pipeline is paused. Throws if the warehouse rejects it.
 */
export async function endLeftPublication(
  ports: Pick<Ports, 'releases' | 'sqlWarehouse' | 'tables'>,
  now: Date,
): Promise<void> {
  const publishing = (await ports.releases.get())?.state.publishing;
  if (publishing === undefined || Date.parse(publishing.until) > now.getTime()) return;
  const { batch, publishedAs, release, verdicts } = publishing;
  const result = await publish(ports, { batch, publishedAs, release, verdicts, rounds: {} }, now);
  if (result.kind === 'rejected') throw new Error(result.reason);
}
