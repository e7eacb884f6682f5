import type { Ports } from '../../medallion/ports/index.ts';
import { createReleaseQuery, daysKept, toVersions } from '../../medallion/releases/release.ts';
import { listUnreadable } from '../read-version.ts';
import { type PublishResult, publish } from './publish.ts';

interface RollBack {
  readonly release: string;
  /** A name of its own: what readers saw in between stays on record. */
  readonly publishedAs: string;
  readonly actor: string;
  readonly reason: string;
}

/**
 * Shows readers an older release again. Rejected when there is no such release, or when its files may be gone. Doing it
 * twice changes nothing.
 */
export async function rollBack(
  ports: Pick<Ports, 'privacyGroup' | 'releases' | 'sqlWarehouse' | 'tables'>,
  request: RollBack,
  now: Date,
): Promise<PublishResult> {
  const { actor, publishedAs, reason, release } = request;
  const entries = await ports.sqlWarehouse.query(createReleaseQuery(release));
  if (entries.kind === 'rejected') return entries;
  const [first] = entries.rows;
  if (!first) return { kind: 'rejected', reason: `There is no release '${release}'. 'ops.releases' lists them.` };
  if (entries.rows.some((row) => row['is_kept'] !== true)) {
    const expired = `Release '${release}' is older than ${daysKept} days, and its files may be gone. Reprocess instead.`;
    return { kind: 'rejected', reason: expired };
  }
  const versions = toVersions(entries.rows);
  // Views move one by one. All tables go back or none, so the versions are looked at before the first view moves.
  const unreadable = await listUnreadable(ports, versions);
  if (unreadable.length > 0) {
    const tables = unreadable.map((table) => `'${table}'`).join(', ');
    const reason = `Release '${release}' has versions of ${tables} that are older than the retention. Reprocess instead.`;
    return { kind: 'rejected', reason };
  }
  const verdicts = JSON.stringify({ rollBackTo: release, actor, reason });
  const publication = { release: publishedAs, batch: String(first['batch']), versions, verdicts };
  const result = await publish(ports, publication);
  if (result.kind === 'published')
    await ports.releases.setCurrent({ release, publishedAs, publishedAt: now.toISOString() });
  return result;
}
