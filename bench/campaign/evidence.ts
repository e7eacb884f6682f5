import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { DataLakeFileSystemClient } from '@azure/storage-file-datalake';
import { getHomeFiles } from '../../cli/stack/home.ts';
import type { AuditEntry } from '../../medallion/audit/audit-entry.ts';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import type { RunningStack } from '../harness/running-stack.ts';
import { listDeletions } from './deletions.ts';
import { toBlobs } from './landing-blobs.ts';
import { readMentions } from './mentions.ts';
import type { People } from './people.ts';
import type { Sample } from './readers.ts';
import { listSetAside, type SetAside } from './reports.ts';

export interface LandedRow {
  readonly file: string;
  readonly path: string;
  readonly number: number;
  readonly line: string;
  readonly violations: number;
  /** Its place in the file is all that is left of it. */
  readonly isErased: boolean;
}

interface LoggedEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

interface Publication {
  readonly name: string;
  readonly startedAt: number;
}

/** All that a campaign leaves behind, by which it is judged. */
export interface Evidence {
  readonly files: readonly RegisteredFile[];
  readonly runs: readonly RunRecord[];
  readonly auditLog: readonly AuditEntry[];
  /** The bytes of each path that lies in the landing zone, and their ETag. */
  readonly storage: ReadonlyMap<string, { readonly etag: string; readonly content: Buffer }>;
  /** By path, what was ever sent there. */
  readonly contents: ReadonlyMap<string, readonly Buffer[]>;
  readonly rows: readonly LandedRow[];
  readonly samples: readonly Sample[];
  readonly publications: ReadonlyMap<number, Publication>;
  readonly pauses: People['pauses'];
  readonly exclusions: People['exclusions'];
  readonly lostAnswers: People['lostAnswers'];
  readonly refusals: People['refusals'];
  readonly maintenances: People['maintenances'];
  /** By deleted person, the tables that still tell of her. */
  readonly mentions: ReadonlyMap<string, readonly string[]>;
  /** Files that a job has set aside. */
  readonly setAside: readonly SetAside[];
  /** When anything may have gone wrong. */
  readonly trouble: { readonly from: number; readonly to: number };
  /** How many events of files were lost on purpose. */
  readonly lostEvents: number;
  readonly events: readonly LoggedEvent[];
  /** How many instances of an orchestration had the same input. */
  readonly repetitions: readonly { readonly name: string; readonly count: number }[];
  readonly texts: readonly string[];
  readonly maxRowsPerQuery: number;
}

export async function gatherEvidence(
  stack: RunningStack,
  people: People,
  witnesses: Pick<Evidence, 'contents' | 'lostEvents' | 'samples' | 'trouble'>,
): Promise<Evidence> {
  const { functions, reports, store, tables } = getLocalFiles(stack.home);
  const files = await listAll<RegisteredFile>(stack, 'files?order=id', 'files');
  return {
    ...witnesses,
    files,
    runs: await listAll<RunRecord>(stack, 'runs?', 'runs'),
    auditLog: await listAll<AuditEntry>(stack, 'audit-log?', 'entries'),
    storage: await readStorage(stack),
    rows: await readRows(stack),
    publications: await readPublications(stack),
    pauses: people.pauses,
    exclusions: people.exclusions,
    lostAnswers: people.lostAnswers,
    refusals: people.refusals,
    maintenances: people.maintenances,
    mentions: await readMentions(stack, listDeletions({ ...witnesses, files })),
    setAside: listSetAside(reports),
    events: readEvents(functions),
    repetitions: countRepetitions(store),
    texts: listTexts(JSON.parse(readFileSync(tables, 'utf8'))),
    maxRowsPerQuery: await readMaxRowsPerQuery(stack),
  };
}

function getLocalFiles(home: string) {
  const { logs, records, store, tableStorage } = getHomeFiles(home);
  const functions = path.join(logs, 'functions-host.log');
  return { functions, reports: path.join(records, 'reports'), store, tables: path.join(tableStorage, 'tables.json') };
}

type Page<Item> = Readonly<Record<string, readonly Item[]>> & { readonly next?: string };

async function listAll<Item>(stack: RunningStack, place: string, name: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let after: string | undefined; ; ) {
    const mark: string = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
    const page = (await stack.get(`${place}&limit=200${mark}`)) as Page<Item>;
    items.push(...(page[name] ?? []));
    if (page.next === undefined) return items;
    after = page.next;
  }
}

async function readStorage(stack: RunningStack): Promise<Evidence['storage']> {
  const zone = stack.getLandingZone();
  const storage = new Map<string, { etag: string; content: Buffer }>();
  for await (const { etag = '', isDirectory, name = '' } of zone.listPaths({ recursive: true })) {
    if (isDirectory) continue;
    storage.set(name, { etag: etag.replaceAll('"', ''), content: await readFile(zone, name) });
  }
  return storage;
}

/** What is archived comes back first. Its ETag stays. */
async function readFile(zone: DataLakeFileSystemClient, name: string): Promise<Buffer> {
  const file = zone.getFileClient(name);
  const { accessTier } = await file.getProperties();
  if (accessTier === 'Archive') await toBlobs(zone).getBlobClient(name).setAccessTier('Hot');
  return file.readToBuffer();
}

async function readRows(stack: RunningStack): Promise<LandedRow[]> {
  return stack.useWarehouse(async (query) => {
    const tables = ['gym_logins', 'kafka_multiplex', 'registered_users'].map(
      (table) =>
        `SELECT _file AS file, _path AS path, _line_number AS number, _line AS line, _violation_count AS violations, coalesce(_record, '') = '_erased' AS erased FROM landed.${table} WHERE coalesce(_record, '') NOT IN ('_header', '_blank')`,
    );
    const { rows } = await query(tables.join(' UNION ALL '));
    return rows.map(({ erased, file, line, number, path: place, violations }) => ({
      file: String(file),
      path: String(place),
      number: Number(number),
      line: String(line ?? ''),
      violations: Number(violations),
      isErased: erased === true,
    }));
  });
}

async function readPublications(stack: RunningStack): Promise<Evidence['publications']> {
  const { rows } = await stack.query(
    "SELECT number, min(release) AS name, min(at) AS at FROM ops.releases WHERE state = 'publishing' GROUP BY number",
  );
  return new Map(
    rows.map(({ at, name, number }) => [Number(number), { name: String(name), startedAt: (at as Date).getTime() }]),
  );
}

const readEvents = (file: string): LoggedEvent[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => /^\[\w+\] \w+: (\{"event":.*\})$/.exec(line)?.[1] ?? [])
    .map((text) => JSON.parse(text) as LoggedEvent);

function countRepetitions(store: string): Evidence['repetitions'] {
  const database = new DatabaseSync(store, { readOnly: true });
  try {
    const statement =
      'SELECT name, count(*) AS count FROM instances WHERE length(input) > 20 GROUP BY name, input HAVING count(*) > 1';
    return database.prepare(statement).all() as unknown as Evidence['repetitions'];
  } finally {
    database.close();
  }
}

/** Every text in a value, however deep. */
function listTexts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(listTexts);
}

async function readMaxRowsPerQuery(stack: RunningStack): Promise<number> {
  const { origin } = new URL(stack.addresses.registry);
  const response = await fetch(`${origin}/_counts`);
  return ((await response.json()) as { maxRowsPerQuery: number }).maxRowsPerQuery;
}
