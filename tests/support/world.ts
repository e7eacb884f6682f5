import type { LandingContract, TableContract, TableRule } from '../../medallion/contracts/contract.ts';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { ManifestLine } from '../../medallion/files/manifest.ts';
import type {
  BlobProperties,
  FileFilter,
  FileOutcome,
  Ports,
  QueryResult,
  Registry,
  UnreleasedBatch,
} from '../../medallion/ports/index.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { triggered, tuning } from './samples.ts';
import { type SmallDesk, smallDesk } from './small-desk.ts';

export interface SmallWorld extends Ports {
  readonly texts: Map<string, string>;
  readonly asked: string[];
  readonly taken: ManifestLine[];
  readonly settled: { readonly batch: string | undefined; readonly end: FileOutcome }[];
  readonly saved: RunRecord[];
  readonly open: Map<string, UnreleasedBatch>;
  readonly cancelled: string[];
  readonly desk: SmallDesk;
}

const unexpected = (name: string) => () => Promise.reject(new Error(`'${name}' is not part of this small world.`));

/** A world of plain values: enough for one activity to act upon, and to see what it did. */
export function smallWorld(given: {
  readonly texts?: Record<string, string>;
  readonly tables?: readonly TableContract[];
  readonly answer?: (statement: string) => QueryResult;
  readonly registry?: Partial<Registry>;
  readonly modes?: Ports['modes'];
  readonly open?: readonly UnreleasedBatch[];
  readonly files?: readonly RegisteredFile[];
  readonly landed?: readonly BlobProperties[];
  readonly datasets?: readonly LandingContract[];
  readonly definitions?: Record<string, string>;
}): SmallWorld {
  const texts = new Map(Object.entries(given.texts ?? {}));
  const asked: string[] = [];
  const taken: ManifestLine[] = [];
  const settled: SmallWorld['settled'] = [];
  const saved: RunRecord[] = [];
  const cancelled: string[] = [];
  const desk = smallDesk(given.files);
  const open = new Map((given.open ?? []).map((each) => [each.batch as string, each]));
  const registry = {
    openBatches: async () => [...open.values()],
    saveOpen: async (each: UnreleasedBatch) => {
      open.set(each.batch, { ...open.get(each.batch), ...each });
    },
    closeBatches: async (batches: readonly string[]) => {
      for (const batch of batches) open.delete(batch);
    },
    run: async () => undefined,
    settings: async () => ({}),
    streams: async () => [],
    file: async (id: string) => desk.kept.files.find((each) => each.file === id),
    files: async ({ batch, dataset, status, release }: FileFilter, most: number) => ({
      rows: desk.kept.files
        .filter((each) => batch === undefined || each.batch === batch)
        .filter((each) => dataset === undefined || each.dataset === dataset)
        .filter((each) => status === undefined || each.status === status)
        .filter((each) => release === undefined || each.release === release)
        .slice(0, most),
    }),
    take: async (lines: readonly ManifestLine[]) => {
      taken.push(...lines);
    },
    supersede: async () => undefined,
    runs: async () => ({ rows: [] }),
    settle: async (lines: readonly ManifestLine[], _accounts: unknown, end: FileOutcome) => {
      settled.push({ batch: lines[0]?.batch, end });
    },
    saveRun: async (run: RunRecord) => {
      saved.push(run);
    },
    ...given.registry,
  } as unknown as Registry;
  return {
    texts,
    asked,
    taken,
    settled,
    saved,
    open,
    cancelled,
    desk,
    registry,
    datasets: given.datasets ?? [],
    definitions: given.definitions ?? {},
    tuning,
    modes: given.modes ?? triggered,
    tables: given.tables ?? [],
    lake: {
      getProperties: async (path) => given.landed?.find((each) => each.path === path),
      landed: () => {
        throw new Error('Nothing is landed in this small world.');
      },
      readControl: async (path) => texts.get(path),
      commitControl: async (path, text) => {
        if (!texts.has(path)) texts.set(path, text);
      },
    },
    jobs: {
      submit: unexpected('submit'),
      stateOf: unexpected('stateOf'),
      cancel: async (jobRun) => void cancelled.push(jobRun),
    },
    warehouse: {
      ask: async (statement) => {
        asked.push(statement);
        return given.answer?.(statement) ?? { kind: 'rows', rows: [] };
      },
    },
  };
}

export function createTableContract(table: string, ...rules: (Partial<TableRule> & { name: string })[]): TableContract {
  return {
    table,
    layer: table.split('.')[0] as TableContract['layer'],
    version: '1.0.0',
    purpose: 'A table.',
    columns: [{ name: 'id', type: 'string', required: true, description: 'The id.' }],
    owner: 'fitness',
    readers: [],
    retention: { days: 1 },
    keys: ['id'],
    clusteredBy: [],
    changeFeed: false,
    deletionVectors: false,
    rowRules: [],
    tableRules: rules.map((rule) => ({
      reason: 'It would be wrong.',
      offenders: `SELECT id FROM {${table}}`,
      tolerates: { kind: 'count', rows: 0 },
      action: 'block',
      ...rule,
    })),
  };
}
