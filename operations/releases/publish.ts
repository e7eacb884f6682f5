import { z } from 'zod';
import { BatchId } from '../../medallion/files/manifest.ts';
import { selectVersions, Versions } from '../../medallion/layer.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { QueryResult } from '../../medallion/ports/sql-warehouse.ts';
import { Verdict } from '../../medallion/quality/verdict.ts';
import {
  createReleaseStatement,
  createViewStatement,
  currentReleaseStatement,
  type Publication,
  toReleaseName,
  toVersions,
} from '../../medallion/releases/release.ts';

export const PublishResult = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('published'), release: z.string() }),
  z.object({ kind: z.literal('rejected'), reason: z.string() }),
]);
export type PublishResult = z.infer<typeof PublishResult>;

type ViewPorts = Pick<Ports, 'privacyGroup' | 'tables'>;
type PublishPorts = ViewPorts & Pick<Ports, 'releases' | 'sqlWarehouse'>;

/** What the gate let through. */
export const Passed = z.object({
  batch: BatchId,
  versions: Versions,
  verdict: Verdict,
  retainedTables: z.array(z.string()).default([]),
});
type Passed = z.infer<typeof Passed>;

/**
 * Points every gold view at the version that was judged, then records the release. Retained tables stay at the version
 * that readers see now, as part of the new release. Doing it twice changes nothing.
 */
export async function publishRelease(ports: PublishPorts, passed: Passed, now: Date): Promise<PublishResult> {
  const { batch, retainedTables, verdict } = passed;
  const noRows: QueryResult = { kind: 'rows', rows: [] };
  const before = retainedTables.length > 0 ? await ports.sqlWarehouse.query(currentReleaseStatement) : noRows;
  if (before.kind === 'rejected') return reject(before.reason);
  const current = toVersions(before.rows);
  const retained = Object.fromEntries(retainedTables.map((table) => [table, current[table] ?? 0]));
  const versions = { ...selectVersions('gold', passed.versions), ...retained };
  const release = toReleaseName(batch);
  const result = await publish(ports, { release, batch, versions, verdicts: JSON.stringify(verdict) });
  if (result.kind === 'rejected') return result;
  await ports.releases.setCurrent({ release, publishedAs: release, publishedAt: now.toISOString() });
  return result;
}

/** The views side by side, each in one step, and the record last: who finds it finds the views as it says. */
export async function publish(
  ports: ViewPorts & Pick<Ports, 'sqlWarehouse'>,
  publication: Publication,
): Promise<PublishResult> {
  const reason =
    (await findRejection(ports, createViewStatements(ports, publication))) ??
    (await findRejection(ports, [createReleaseStatement(publication)]));
  return reason === undefined ? { kind: 'published', release: publication.release } : reject(reason);
}

const reject = (reason: string): PublishResult => ({
  kind: 'rejected',
  reason: `The warehouse rejected the release: ${reason}`,
});

async function findRejection(
  { sqlWarehouse }: Pick<Ports, 'sqlWarehouse'>,
  statements: readonly string[],
): Promise<string | undefined> {
  const results = await Promise.all(statements.map((statement) => sqlWarehouse.query(statement)));
  return results.find((result) => result.kind === 'rejected')?.reason;
}

function createViewStatements({ privacyGroup, tables }: ViewPorts, { release, versions }: Publication): string[] {
  const goldTables = tables.filter(({ layer }) => layer === 'gold');
  return goldTables.flatMap((gold) => {
    const version = versions[gold.table];
    return version === undefined ? [] : [createViewStatement(gold, { version, release, privacyGroup })];
  });
}
