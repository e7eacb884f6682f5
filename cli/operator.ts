import { setTimeout as sleep } from 'node:timers/promises';
import { type DataLakeFileSystemClient, RestError } from '@azure/storage-file-datalake';
import type { RegisteredFile } from '../medallion/files/file.ts';
import type { CurrentRelease } from '../medallion/releases/release.ts';
import type { PipelineState } from '../medallion/runs/pipeline-state.ts';
import type { RunRecord } from '../medallion/runs/run.ts';
import { UserError } from './user-error.ts';

const pauseSeconds = 0.25;

export interface Health {
  readonly environment: string;
  readonly orchestrationStatus: string;
  /** Whether releases of streams are being published. */
  readonly isPublishing?: boolean;
  readonly pipelineState?: PipelineState;
  readonly pendingFiles: number;
  readonly runningRuns: string[];
  /** A plan that waits to be executed. */
  readonly queuedPlan?: string;
  readonly lastRun?: Pick<RunRecord, 'batch' | 'outcome' | 'release' | 'reason'>;
  readonly currentRelease?: CurrentRelease;
  /** How many requests were rejected since the app started, by code. */
  readonly rejectedRequests: Record<string, number>;
}

/** The mode of a layer, and where its stream is if it has had one. */
export interface Stream {
  readonly layer: string;
  readonly mode: string;
  readonly paused?: boolean;
  readonly state?: string;
  readonly reason?: string;
}

/** Seconds from landing to each stage, over the files of the last releases. */
export interface Freshness {
  readonly files: number;
  readonly releases: number;
  readonly seconds: Partial<Record<string, { readonly p50: number; readonly p99: number }>>;
}

export interface Status extends Health {
  readonly ready: true;
  readonly streams: Stream[];
  readonly freshness: Freshness;
  /** How many files there are of each status. */
  readonly files: Record<string, number>;
  /** Files in the landing zone that the operator does not know yet. */
  readonly unregistered: number;
}

/** The operator is not there at the moment: it starts, or starts again after a crash. */
export class OperatorAway extends UserError {}

/** Where its API answers, and what it wants to see with each request. */
export interface Operator {
  readonly app: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks the operator over its API. */
export const ask = <Answer>(operator: Operator, path: string): Promise<Answer> => send(operator, path, {});

/** Has the operator change something, which it records with the reason in the body. */
export const change = <Answer>(
  operator: Operator,
  method: 'POST' | 'PATCH',
  path: string,
  body: object,
): Promise<Answer> =>
  send(operator, path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

async function send<Answer>({ app, headers }: Operator, path: string, init: RequestInit): Promise<Answer> {
  const response = await fetchInTurn(`${app}/api/${path}`, { ...init, headers: { ...headers, ...init.headers } });
  if (response.status >= 500) throw new OperatorAway(`The operator answered ${response.status} to '/api/${path}'.`);
  if (!response.ok)
    throw new Error(`The operator answered ${response.status} to '/api/${path}': ${await response.text()}`);
  return readBody(response);
}

/** A host that is killed in the middle of an answer has not answered. */
async function readBody<Answer>(response: Response): Promise<Answer> {
  try {
    return (await response.json()) as Answer;
  } catch (cause) {
    throw new OperatorAway(`The operator broke off its answer from '${response.url}'.`, { cause });
  }
}

/** Whoever has too many requests under way is told when to ask again. */
async function fetchInTurn(url: string, init: RequestInit): Promise<Response> {
  for (;;) {
    const response = await fetchResponse(url, init);
    if (response.status !== 429) return response;
    await sleep(1000 * (Number(response.headers.get('retry-after')) || pauseSeconds));
  }
}

async function fetchResponse(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) });
  } catch (cause) {
    throw new OperatorAway(`The operator does not answer at '${url}'.`, { cause });
  }
}

/** Asks until the operator is there again. */
export async function retryWhileAway<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof OperatorAway)) throw error;
      await sleep(pauseSeconds * 1000);
    }
  }
}

async function* listFiles(running: Operator): AsyncIterable<RegisteredFile> {
  for (let after: string | undefined; ; ) {
    const page: { files: RegisteredFile[]; next?: string } = await ask(
      running,
      `files?limit=1000&order=id${after ? `&after=${encodeURIComponent(after)}` : ''}`,
    );
    yield* page.files;
    if (page.next === undefined) return;
    after = page.next;
  }
}

export async function readStatus(zone: DataLakeFileSystemClient, running: Operator): Promise<Status> {
  // The landing zone first: what it shows must be known to the state table that is read after it.
  const landed = await listLanded(zone);
  const health = await ask<Health>(running, 'status');
  const { streams } = await ask<{ streams: Stream[] }>(running, 'streams');
  const freshness = await ask<Freshness>(running, 'freshness');
  const files: Record<string, number> = {};
  const registered = new Set<string>();
  for await (const { etag, path, status } of listFiles(running)) {
    files[status] = (files[status] ?? 0) + 1;
    registered.add(`${path} ${etag}`);
  }
  const unregistered = landed.filter((file) => !registered.has(file)).length;
  return { ready: true, ...health, streams, freshness, files, unregistered };
}

/** Path and ETag of every file. A lake that is busy or starts again will be asked again, as the operator is. */
async function listLanded(zone: DataLakeFileSystemClient): Promise<string[]> {
  const landed: string[] = [];
  try {
    for await (const entry of zone.listPaths({ recursive: true })) {
      if (!entry.isDirectory) landed.push(`${entry.name} ${(entry.etag ?? '').replaceAll('"', '')}`);
    }
    return landed;
  } catch (cause) {
    if (!isTransient(cause)) throw cause;
    throw new OperatorAway('The landing zone cannot be listed at the moment.', { cause });
  }
}

const isTransient = (error: unknown): boolean =>
  error instanceof RestError && (error.statusCode === undefined || error.statusCode === 429 || error.statusCode >= 500);

/** Nothing waits, nothing runs, and nothing lies about unseen. */
export const isQuiet = ({ files, pendingFiles, queuedPlan, runningRuns, unregistered }: Status) =>
  queuedPlan === undefined &&
  pendingFiles + unregistered + runningRuns.length + (files['pending'] ?? 0) + (files['loading'] ?? 0) === 0;

/**
 * Why nothing goes on before a person does something, or nothing while work is done. Whoever waits for a pipeline or a
 * stream that stands still would wait for ever.
 */
export function findStandstill(status: Pick<Status, 'orchestrationStatus' | 'pipelineState' | 'streams'>) {
  const { orchestrationStatus, pipelineState, streams } = status;
  if (pipelineState && pipelineState.state !== 'running') return describePipeline(pipelineState);
  if (isStopped(orchestrationStatus)) return `orchestration 'pipeline' is ${orchestrationStatus.toLowerCase()}`;
  const halted = streams.find(({ state }) => state === 'halted');
  return halted && `stream '${halted.layer}' is halted${halted.reason ? `: ${halted.reason}` : ''}`;
}

const isStopped = (orchestrationStatus: string) => ['Suspended', 'Terminated', 'Failed'].includes(orchestrationStatus);

export function describePipeline(pipelineState: PipelineState | undefined): string {
  if (pipelineState === undefined || pipelineState.state === 'running') return 'running';
  const { actor, at, reason, state } = pipelineState;
  return `${state} by ${actor} since ${at}: ${reason}`;
}

/** False when the last run was blocked or failed and no later release has carried its files, or when a stream is halted. */
export const isWell = ({ lastRun, streams }: Pick<Status, 'lastRun' | 'streams'>) =>
  (lastRun === undefined || lastRun.outcome === 'published' || lastRun.release !== undefined) &&
  !streams.some(({ state }) => state === 'halted');
