import { isVisitedBy } from './contents.ts';
import type { DeletablePerson } from './deletable-people.ts';
import { listDeletions } from './deletions.ts';
import type { Evidence } from './evidence.ts';
import { getFormedAt, isRollBack, toleranceMilliseconds } from './publications.ts';

/**
 * The first night after a delete erases its lines, and what begins after it shows nothing of her. What one rolls back to
 * is older: it shows her until a night in which readers see a release without her. After that nothing tells of her.
 */
export function findDeletedPeople(evidence: Evidence): string[] {
  return listDeletions(evidence).flatMap(({ person, publishedAt }) => {
    const { user } = person;
    const erasedAt = findNight(evidence, publishedAt);
    if (erasedAt === undefined) return [`No night has ended well since '${user}' was deleted.`];
    const late = findLate(evidence, person, erasedAt);
    const tables = evidence.mentions.get(user) ?? [];
    return [
      ...(late === undefined ? [] : [`Publication ${late} was made without '${user}', and shows her.`]),
      ...tables.map((table) => `'${table}' still tells of '${user}'.`),
    ];
  });
}

/** When the first maintenance ended that began after a moment. */
function findNight({ maintenances }: Evidence, since: number): number | undefined {
  const nights = maintenances.filter(({ from }) => from > since + toleranceMilliseconds);
  return nights.map(({ to }) => to).sort((a, b) => a - b)[0];
}

/** A publication that readers saw with her visits, and that must not have them. */
function findLate(evidence: Evidence, person: DeletablePerson, erasedAt: number): number | undefined {
  const runs = evidence.runs.filter((run) => getFormedAt(run) > erasedAt + toleranceMilliseconds);
  const without = new Set(runs.map(({ release = '' }) => release));
  const goneAt = findGone(evidence, without);
  const mustNot = ({ publication }: { readonly publication: number }) => {
    const { name = '', startedAt = 0 } = evidence.publications.get(publication) ?? {};
    return isRollBack(name) ? startedAt > goneAt : without.has(name);
  };
  const seen = evidence.samples.filter(({ gyms }) => Object.keys(gyms).some((gym) => isVisitedBy(person, gym)));
  return seen.find(mustNot)?.publication;
}

/** When the first maintenance ended that began while readers saw a release without her. */
function findGone({ maintenances, publications }: Evidence, without: ReadonlySet<string>): number {
  const inOrder = [...publications.values()].toSorted((a, b) => a.startedAt - b.startedAt);
  const nights = maintenances.filter(({ from }) => {
    const shown = inOrder.findLast(({ startedAt }) => startedAt < from);
    return shown !== undefined && without.has(shown.name) && shown.startedAt < from - toleranceMilliseconds;
  });
  return Math.min(...nights.map(({ to }) => to));
}
