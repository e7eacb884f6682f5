/** The checks of a campaign, each by its name. A check answers with what is wrong, one line each. */
import type { RegisteredFile } from '../../medallion/files/file.ts';
import { findWrongAlerts } from './check-alerts.ts';
import { findDeletedPeople } from './check-deletions.ts';
import type { Evidence, LandedRow } from './evidence.ts';
import { findContent, isErasedRightly } from './expected-lines.ts';
import { clockShift } from './fault-list.ts';
import { isRollBack } from './publications.ts';

type Check = (evidence: Evidence) => string[];

const endStatuses = ['published', 'quarantined', 'superseded', 'ignored', 'excluded'];

const describe = ({ file, path, reason, sequence, status }: RegisteredFile) =>
  `'${path}' (${file.slice(0, 8)}, content ${sequence}, ${status}${reason ? `: ${reason.slice(0, 120)}` : ''})`;

const toKey = ({ etag, path }: { readonly etag: string; readonly path: string }) => `${path} ${etag}`;

const findUnfinishedFiles: Check = ({ files, storage }) => {
  const registered = new Set(files.map(toKey));
  const unseen = [...storage].filter(([path, { etag }]) => !registered.has(toKey({ etag, path })));
  const unfinished = files.filter(({ status }) => !endStatuses.includes(status));
  const unexplained = files.filter(({ reason, status }) => status !== 'published' && !reason);
  return [
    ...unseen.map(([path]) => `'${path}' lies in the landing zone and is not registered.`),
    ...unfinished.map((file) => `${describe(file)} has not ended.`),
    ...unexplained.map((file) => `${describe(file)} has no reason.`),
  ];
};

/** Rows of the newest content of each path, and of no other. */
const findWrongLines: Check = (evidence) => {
  const rows = Map.groupBy(evidence.rows, ({ file }) => file);
  const wrong = evidence.files.flatMap((file) => {
    const own = (rows.get(file.file) ?? []).toSorted((a, b) => a.number - b.number);
    const difference = file.status === 'published' ? findDifference(evidence, file, own) : describeRest(file, own);
    if (!isErasedRightly(evidence, file, own)) return [`${describe(file)} has lost lines of people who are there.`];
    return difference === undefined ? [] : [`${describe(file)} ${difference}`];
  });
  const ids = new Set(evidence.files.map(({ file }) => file));
  return [...wrong, ...[...rows.keys()].filter((id) => !ids.has(id)).map((id) => `No file is registered as '${id}'.`)];
};

/** The lines of a file that was set aside are kept, and none of them counts. */
function describeRest({ status }: RegisteredFile, rows: readonly LandedRow[]): string | undefined {
  const isCounted = ({ isErased, violations }: LandedRow) => violations === 0 && !isErased;
  const counted = status === 'quarantined' ? rows.filter(isCounted) : rows;
  return counted.length === 0 ? undefined : `still has ${counted.length} lines in bronze.`;
}

function findDifference(evidence: Evidence, file: RegisteredFile, rows: readonly LandedRow[]): string | undefined {
  const { accepted = 0, lines: count = 0, path, quarantinedLines = 0 } = file;
  if (count !== accepted + quarantinedLines)
    return `has ${count} lines, ${accepted} accepted, ${quarantinedLines} not.`;
  // Lines of people who were deleted before are not counted; those of whom it is said later were.
  const kept = rows.filter(({ isErased }) => !isErased);
  if (rows.length !== count && kept.length !== count) return `has ${count} lines and ${kept.length} in bronze.`;
  const stored = evidence.storage.get(path);
  // What a person keeps out does not take the place of what was there before.
  if (stored !== undefined && stored.etag !== file.etag && !isExcluded(evidence, path, stored.etag))
    return 'is not the content that lies in the landing zone.';
  if (!path.startsWith('gym_logins/s') || findContent(evidence, file, rows) !== undefined) return undefined;
  const lines = rows.map(({ isErased, line }) => (isErased ? '(erased)' : line));
  return `has other lines in bronze: ${lines.join(' ').slice(0, 200)}`;
}

const isExcluded = ({ files }: Evidence, path: string, etag: string): boolean =>
  files.some((file) => file.path === path && file.etag === etag && file.status === 'excluded');

const findDoubledLines: Check = ({ rows }) =>
  [...Map.groupBy(rows, ({ file, number, line }) => `${file} ${number} ${line}`)]
    .filter(([, same]) => same.length > 1)
    .map(([, [row]]) => `Line ${row?.number} of '${row?.path}' is in bronze twice.`);

/** A pause is answered with 200 when nobody publishes any more. From then on nothing moves. */
const findChangesWhilePaused: Check = ({ pauses, publications, samples }) =>
  pauses.flatMap(({ from, to = Number.POSITIVE_INFINITY }) => {
    const pause = `the pause of ${new Date(from).toISOString()}`;
    const inside = samples.filter((sample) => sample.from > from && sample.to < to);
    return [...Map.groupBy(inside, ({ publication }) => publication)].flatMap(([publication, seen]) => {
      const answers = new Set(seen.map(({ gyms }) => JSON.stringify(gyms))).size;
      const isNew = (publications.get(publication)?.startedAt ?? 0) > from;
      return [
        ...(answers > 1 ? [`Readers saw ${answers} answers of publication ${publication} in ${pause}.`] : []),
        ...(isNew ? [`Publication ${publication} began in ${pause}.`] : []),
      ];
    });
  });

const findExcludedRows: Check = (evidence) => {
  const { exclusions, files, publications, samples } = evidence;
  const gyms = listGyms(evidence);
  return files.flatMap((file) => {
    const excludedAt = exclusions.get(file.file);
    const gym = gyms.get(file.path);
    if (excludedAt === undefined || gym === undefined || file.status !== 'excluded') return [];
    const late = samples.find((sample) => {
      const publication = publications.get(sample.publication);
      const isLater = publication !== undefined && publication.startedAt > excludedAt;
      return isLater && !isRollBack(publication.name) && gym in sample.gyms;
    });
    return late === undefined
      ? []
      : [`${describe(file)} was seen in publication ${late.publication}, made after that.`];
  });
};

/** The gym of each path whose one content nobody sent to another path. */
function listGyms({ contents }: Evidence): ReadonlyMap<string, string> {
  const pairs = [...contents].flatMap(([path, sent]) =>
    sent.flatMap((content) =>
      [...new Set(content.toString('latin1').match(/\bg\d+(?=,)/g))].map((gym) => ({ gym, path })),
    ),
  );
  const byGym = Map.groupBy(pairs, ({ gym }) => gym);
  return new Map([...byGym].flatMap(([gym, all]) => (all.length === 1 ? [[all[0]?.path ?? '', gym] as const] : [])));
}

const maxRepetitions = 20;

const findLoops: Check = ({ events, repetitions }) => {
  const retries = events.filter(({ event }) => event === 'batch.retry_scheduled');
  const retried = [...Map.groupBy(retries, ({ batch }) => String(batch))].filter(
    ([, all]) => all.length >= maxRepetitions,
  );
  return [
    ...retried.map(([batch, all]) => `Batch '${batch}' was begun ${all.length} times: ${String(all[0]?.['reason'])}`),
    ...repetitions
      .filter(({ count }) => count >= maxRepetitions)
      .map(({ count, name }) => `'${name}' had the same input ${count} times.`),
  ];
};

/**
 * Every batch has a run, and every run that ended, decision and halt its event. A process that is killed right after the
 * entry of a decision logs nothing. Whoever decided has no answer then, and the entry is all there is. Its time is that of
 * a clock which may have been wrong.
 */
const findSilentStops: Check = ({ auditLog, events, lostAnswers, runs }) => {
  const isLost = (at: number) => lostAnswers.some(({ from, to }) => from <= at && at <= to);
  const isAnswered = (at: number) => ![at, at - clockShift, at + clockShift].some(isLost);
  const logged = new Set(events.map((event) => `${event.event} ${event['batch'] ?? event['entry'] ?? ''}`));
  const recorded = new Set(runs.flatMap(({ batch, batches = [] }) => [batch, ...batches]));
  const formed = events.filter(({ event }) => event === 'batch.formed').map(({ batch }) => String(batch));
  return [
    ...runs.filter(({ outcome }) => outcome === 'running').map(({ batch }) => `Run '${batch}' has not ended.`),
    ...formed.filter((batch) => !recorded.has(batch)).map((batch) => `Batch '${batch}' has no run.`),
    ...runs
      .filter(({ batch }) => !logged.has(`run.ended ${batch}`))
      .map(({ batch, outcome }) => `Run '${batch}' is ${outcome}, and no event says that it ended.`),
    ...auditLog
      .filter(({ action, entry }) => action !== 'halt' && !logged.has(`decision.recorded ${entry}`))
      .filter(({ at }) => isAnswered(Date.parse(at)))
      .map(({ action, target }) => `Nothing was logged of '${action}' of '${target}'.`),
  ];
};

const maxRows = 5000;
const maxTextLength = 30_000;

const findLargeCalls: Check = ({ maxRowsPerQuery, texts }) => [
  ...(maxRowsPerQuery > maxRows ? [`A query looked at ${maxRowsPerQuery} rows of the state table.`] : []),
  ...texts
    .filter((text) => text.length > maxTextLength)
    .map((text) => `A text in the state table has ${text.length} characters: ${text.slice(0, 80)}`),
];

/** `wrong gold` is one more: it needs a second lakehouse. */
export const checks: Readonly<Record<string, Check>> = {
  'unfinished files': findUnfinishedFiles,
  'wrong lines': findWrongLines,
  'doubled lines': findDoubledLines,
  'changes while paused': findChangesWhilePaused,
  'excluded rows': findExcludedRows,
  'deleted people': findDeletedPeople,
  loops: findLoops,
  'silent stops': findSilentStops,
  alerts: findWrongAlerts,
  'large calls': findLargeCalls,
};
