import { mapConcurrently } from '../../medallion/map-concurrently.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { createPublishStatement } from '../../medallion/releases/change-sets.ts';
import type { PublishResult } from '../../medallion/releases/publish-result.ts';
import {
  createReleaseStatement,
  isOfOldNumber,
  listMoves,
  type Publication,
  type PublishedState,
  type Rounds,
} from '../../medallion/releases/release.ts';
import { renewWhile } from '../renew-while.ts';
import { readPublishedState, readRecordedState } from './read-state.ts';

type PublishPorts = Pick<Ports, 'releases' | 'sqlWarehouse' | 'tables'>;

/** A publication, which says what readers are to see next of the tables that it moves. */
export interface PublishRequest extends Pick<Publication, 'release' | 'publishedAs' | 'batch' | 'verdicts'> {
  readonly rounds: Rounds;
}

/** So long nobody else takes up a publication whose publisher has gone silent. */
const leaseSeconds = 120;
const renewalSeconds = 30;
const tablesAtOnce = 4;
const maxConflicts = 3;

const findNothing = async () => undefined;

/**
 * Brings readers from one release to another. One publisher is at work at a time: its record in the state table says
 * what it may do, and whoever comes next first ends what another one has left. Doing it twice changes nothing.
 *
 * `findObstacle` looks whether it may begin. The publication begins only if nobody has written the record since before
 * that look, and who decides against it does so (`recallPublishers`).
 */
export async function publish<Obstacle = never>(
  ports: PublishPorts,
  request: PublishRequest,
  now: Date,
  findObstacle: (rounds: Rounds) => Promise<Obstacle | undefined> = findNothing,
): Promise<PublishResult | Obstacle> {
  const began = performance.now();
  const read = await readPublishedState(ports);
  if (read.kind === 'rejected') return reject(read.reason);
  const { state } = read;
  const etag = read.etag ?? (await ports.releases.replace(undefined, state));
  const { current, publishing } = state;
  if (publishing === undefined && current?.publishedAs === request.publishedAs)
    return { kind: 'published', release: request.publishedAs };

  const isOther = publishing !== undefined && publishing.publishedAs !== request.publishedAs;
  if (isOther && Date.parse(publishing.until) > now.getTime()) return toBusy(publishing);
  // What has begun is brought to its end, whatever a person has decided meanwhile: readers may see some of it already.
  const obstacle = publishing === undefined ? await findObstacle(state.rounds) : undefined;
  if (obstacle !== undefined) return obstacle;
  const claimed = { ...state, publishing: { ...(publishing ?? begin(state, request)), until: endLease(now) } };
  const claim = etag && (await ports.releases.replace(etag, claimed));
  if (claim === undefined) return toBusy(publishing);
  const result = await finish(ports, claimed, claim, now);
  if (!isOther || result.kind !== 'published') return result;
  return publish(ports, request, new Date(now.getTime() + performance.now() - began), findObstacle);
}

const endLease = (now: Date, passedMilliseconds = 0) =>
  new Date(now.getTime() + passedMilliseconds + leaseSeconds * 1000).toISOString();

const toBusy = (publishing: Publication | undefined): PublishResult => ({
  kind: 'busy',
  holder: publishing?.publishedAs ?? 'another publication',
});

const begin = ({ number, rounds }: PublishedState, request: PublishRequest): Omit<Publication, 'until'> => {
  const { rounds: moved, ...named } = request;
  return { ...named, number: number + 1, from: rounds, to: { ...rounds, ...moved } };
};

type Claimed = PublishedState & { readonly publishing: Publication };

/** Moves the tables, and tells the others from time to time that it is still at work. */
async function finish({ releases, ...ports }: PublishPorts, state: Claimed, claim: string, now: Date) {
  const began = performance.now();
  let etag = claim;
  const renew = async () => {
    const publishing = { ...state.publishing, until: endLease(now, performance.now() - began) };
    etag = (await releases.replace(etag, { ...state, publishing })) ?? etag;
  };
  const { next, result } = await renewWhile(renew, renewalSeconds, () => move(ports, state, now));
  const isOurs = next === undefined || (await releases.replace(etag, next)) !== undefined;
  return result.kind === 'published' && !isOurs ? toBusy(undefined) : result;
}

/** How a publication came out, and what the record says then. */
interface Ending {
  readonly next: PublishedState | undefined;
  readonly result: PublishResult;
}

/** Says that it begins, changes the tables that move, says that it has ended. Each step can be repeated. */
async function move(ports: Omit<PublishPorts, 'releases'>, state: Claimed, now: Date): Promise<Ending> {
  const { publishing } = state;
  const { number, publishedAs, release, to } = publishing;
  const unbegun = await findRejection(ports, [createReleaseStatement(publishing, 'publishing')]);
  if (unbegun !== undefined) {
    if (isOfOldNumber(unbegun)) return catchUp(ports);
    const { publishing: _, ...before } = state;
    return { next: before, result: reject(unbegun) };
  }
  const reason =
    (await findRejection(ports, createStatements(ports, publishing))) ??
    (await findRejection(ports, [createReleaseStatement(publishing, 'published')]));
  if (reason !== undefined) {
    // Some tables may have moved. So the next publisher tries again what was rejected, and at once.
    const left = { ...publishing, until: now.toISOString() };
    return { next: { ...state, publishing: left }, result: reject(reason) };
  }
  const current = { release, publishedAs, publishedAt: now.toISOString() };
  return { next: { number, rounds: to, current }, result: { kind: 'published', release: publishedAs } };
}

/** The state table was behind, after it was restored for one. The lakehouse counts; then the publication begins anew. */
async function catchUp(ports: Omit<PublishPorts, 'releases'>): Promise<Ending> {
  const recorded = await readRecordedState(ports);
  if (recorded.kind === 'rejected') return { next: undefined, result: reject(recorded.reason) };
  return { next: recorded.state, result: toBusy(recorded.state.publishing) };
}

const reject = (reason: string): PublishResult => ({
  kind: 'rejected',
  reason: `The warehouse rejected the release: ${reason}`,
});

const createStatements = ({ tables }: Pick<Ports, 'tables'>, publishing: Publication): string[] =>
  listMoves(publishing).flatMap((move) => {
    const gold = tables.find(({ table }) => table === move.table);
    return gold === undefined ? [] : [createPublishStatement(gold, move, publishing.number)];
  });

async function findRejection(
  ports: Pick<Ports, 'sqlWarehouse'>,
  statements: readonly string[],
): Promise<string | undefined> {
  const results = await mapConcurrently(statements, tablesAtOnce, (statement) => query(ports, statement));
  return results.find((result) => result.kind === 'rejected')?.reason;
}

/** Somebody else may write to the table at the same moment, maintenance for one. Then the statement is sent again. */
async function query({ sqlWarehouse }: Pick<Ports, 'sqlWarehouse'>, statement: string) {
  for (let attempt = 1; ; attempt++) {
    const result = await sqlWarehouse.query(statement);
    const isConflict = result.kind === 'rejected' && result.reason.includes('DELTA_CONCURRENT_');
    if (!isConflict || attempt === maxConflicts) return result;
  }
}
