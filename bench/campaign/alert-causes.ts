/** What must have made each alert fire, by other evidence than the log. */
import type { RunOutcome, RunRecord } from '../../medallion/runs/run.ts';
import type { Evidence } from './evidence.ts';
import { clockShift } from './fault-list.ts';

/** A line of the log that is an event: its moment, and its fields. */
export interface LoggedLine {
  readonly at: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Cause {
  readonly what: string;
  /** Where the alert tells subjects apart. */
  readonly subject?: string;
  /** Whether the alert must have fired. Otherwise it may. */
  readonly isCertain: boolean;
  readonly explains: (line: LoggedLine) => boolean;
}

type FindCauses = (evidence: Evidence) => Cause[];

/** So far apart may be times that two processes of the app have written. */
const tolerance = 2 * clockShift + 15_000;
/** What gold promises. */
const promiseMilliseconds = 900_000;
/** With so many lost events no sweep can have missed nothing. */
const minLostEvents = 10;
/** So long a person has waited for an answer at most. */
const answerMilliseconds = 45_000;
/** What was put off while things went wrong is done after so long. */
const graceMilliseconds = 60_000;
/** The timer of retention calls half an hour after each full hour, and a call takes five minutes at most. */
const hourMilliseconds = 3_600_000;
const retentionMilliseconds = 300_000;
/** From one full sweep to the next. */
const fullSweepMilliseconds = 300_000;

const isWithin = (from: number, to: number) => (line: LoggedLine) =>
  line.at >= from - tolerance && line.at <= to + tolerance;

const never: FindCauses = () => [];

const findHalts: FindCauses = ({ auditLog, runs }) => {
  const entries = auditLog
    .filter(({ target }) => target === 'pipeline')
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const ofPipeline = entries.flatMap(({ action, at, entry }, index): Cause[] => {
    const next = entries[index + 1];
    const until = next === undefined ? Number.POSITIVE_INFINITY : Date.parse(next.at);
    return action === 'halt' ? [{ what: entry, isCertain: true, explains: isWithin(Date.parse(at), until) }] : [];
  });
  const ofStreams = runs.filter(({ outcome }) => outcome === 'halted');
  return [...ofPipeline, ...ofStreams.map(({ batch }) => toCause(batch, true, ({ stream }) => stream === batch))];
};

const toCause = (what: string, isCertain: boolean, explains: (fields: LoggedLine['fields']) => boolean): Cause => ({
  what,
  isCertain,
  explains: ({ fields }) => explains(fields),
});

/** A run that was skipped has ended otherwise before, and a release of streams may have waited before it was published. */
const findRuns =
  (wanted: RunOutcome): FindCauses =>
  ({ runs }) =>
    runs.flatMap(({ batch, batches, outcome }) => {
      const mayHaveBeen = outcome === 'skipped' || batches !== undefined;
      if (outcome !== wanted && !mayHaveBeen) return [];
      return [toCause(`run ${batch}`, outcome === wanted, (fields) => fields['batch'] === batch)];
    });

/** Files as the jobs reported them. One that a person has accepted since, say, is quarantined no longer. */
const findQuarantined: FindCauses = ({ files, runs, setAside }) => {
  const byId = new Map(files.map((file) => [file.file, file]));
  return setAside.flatMap(({ batch, file: id }) => {
    const file = byId.get(id);
    const own = runs.filter((run) => hasBatch(run, batch));
    // If the job of its run has failed, the run that carries it into a release tells of it.
    const isCarrier = ({ release }: RunRecord) => release !== undefined && own.some((run) => run.release === release);
    const names = runs.filter((run) => own.includes(run) || isCarrier(run)).map((run) => run.batch);
    if (file === undefined || names.length === 0) return [];
    const isCertain = file.status === 'quarantined' && file.batch === batch;
    const explains = ({ batch: name, dataset }: LoggedLine['fields']) =>
      dataset === file.dataset && names.includes(String(name));
    return [{ ...toCause(`'${file.path}'`, isCertain, explains), subject: file.dataset }];
  });
};

const hasBatch = (run: RunRecord, batch: string) => run.batch === batch || run.batches?.includes(batch) === true;

/** How many files are too late together is known to the sweep alone, so no release is late for certain. */
const findLate: FindCauses = ({ files, runs }) => {
  const landed = files.flatMap(({ lastModified, publishedAt }) => {
    const from = Date.parse(lastModified);
    const isLate = publishedAt === undefined || Date.parse(publishedAt) > from + promiseMilliseconds - tolerance;
    return isLate ? [from] : [];
  });
  const open = runs.filter(({ outcome }) => outcome !== 'published').map(({ startedAt }) => Date.parse(startedAt));
  return [...landed, ...open].map((from) => toPossible('a late file', from + promiseMilliseconds));
};

/** What else was done meanwhile is known to the sweep alone, so nothing was stuck for certain. */
const findStuck: FindCauses = ({ files, runs }) => {
  const started = new Map(runs.flatMap((run) => [run.batch, ...(run.batches ?? [])].map((id) => [id, run.startedAt])));
  return files.flatMap(({ batch = '', registeredAt }) => {
    const from = Date.parse(registeredAt) + 2 * promiseMilliseconds;
    const formedAt = started.get(batch);
    const hasWaited = formedAt === undefined || Date.parse(formedAt) > from - tolerance;
    return hasWaited ? [toPossible('a file that waits', from)] : [];
  });
};

const toPossible = (what: string, from: number): Cause => ({
  what,
  isCertain: false,
  explains: isWithin(from, Number.POSITIVE_INFINITY),
});

/** While things go wrong it may fire at any moment. Before and after that nothing may be wrong. */
const findTrouble: FindCauses = ({ trouble }) => [
  { what: 'trouble', isCertain: false, explains: isWithin(trouble.from, trouble.to + graceMilliseconds) },
];

/** A file that was renamed is found by the next full sweep, if its event was lost. */
const findLostEvents: FindCauses = ({ lostEvents, trouble }) => [
  {
    what: 'lost events',
    isCertain: lostEvents >= minLostEvents,
    explains: isWithin(trouble.from, trouble.to + fullSweepMilliseconds + graceMilliseconds),
  },
];

const findRefusals: FindCauses = (evidence) => [
  ...findTrouble(evidence),
  ...evidence.refusals.map((at) => ({
    what: `an answer of ${new Date(at).toISOString()}`,
    isCertain: true,
    explains: isWithin(at - answerMilliseconds, at),
  })),
];

/** Of an alert on silence: why there was no such line at the end. */
const findUnmaintained: FindCauses = ({ maintenances }) =>
  maintenances.length > 0 ? [] : [{ what: 'no night', isCertain: true, explains: () => false }];

/** While things went wrong a call may fail or not, and a short campaign has none at all. So silence is never certain. */
const findUnretained: FindCauses = ({ events, trouble }) => {
  const moments = events.map(({ at }) => Date.parse(String(at)));
  const from = Math.min(...moments) + tolerance;
  const to = Math.max(...moments) - tolerance - retentionMilliseconds;
  const inTrouble = isWithin(trouble.from - retentionMilliseconds, trouble.to + graceMilliseconds);
  const call = Math.floor(to / hourMilliseconds - 0.5) * hourMilliseconds + hourMilliseconds / 2;
  const hasEndedWell = call >= from && !inTrouble({ at: call, fields: {} });
  return hasEndedWell ? [] : [{ what: 'no hour', isCertain: false, explains: () => false }];
};

/**
 * Left out are `poison`, since its words of the host are no event, and `log-cap`, since no workspace of logs is there.
 * Of `orchestration-failed` and `sweep-failed` the log alone says that they had to fire; that they had no reason is known
 * from when things went wrong.
 */
export const alertCauses: Readonly<Record<string, FindCauses>> = {
  silent: never,
  halted: findHalts,
  // No campaign lasts four hours.
  'paused-long': never,
  stuck: findStuck,
  'orchestration-failed': findTrouble,
  // No outage of a campaign lasts five minutes.
  'service-away': never,
  late: findLate,
  'run-failed': findRuns('failed'),
  'run-blocked': findRuns('blocked'),
  quarantined: findQuarantined,
  'events-lost': findLostEvents,
  'sweep-failed': findTrouble,
  'no-data': never,
  'request-failed': findRefusals,
  'erasure-late': findUnmaintained,
  'retention-failed': findUnretained,
};
