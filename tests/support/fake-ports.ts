import { createState } from '../../cloud/table-storage/index.ts';
import { createStrictTable, type StrictTable } from '../../emulators/table-storage/strict-table.ts';
import type { TableContract, TableRule } from '../../medallion/contracts/contract.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { BlobProperties, ListedPlace } from '../../medallion/ports/lake.ts';
import type { Measurement } from '../../medallion/ports/metrics.ts';
import type { QueryResult } from '../../medallion/ports/sql-warehouse.ts';
import { triggered, tuning } from './samples.ts';

interface FakeOptions
  extends Partial<
    Pick<Ports, 'datasets' | 'definitions' | 'isComputeDeployed' | 'jobs' | 'modes' | 'tables' | 'tuning'>
  > {
  /** Texts in the containers of the operator and of the jobs, by path. */
  readonly texts?: Readonly<Record<string, string>>;
  /** What lies in the landing zone. */
  readonly landed?: readonly BlobProperties[];
  /** What the warehouse answers; no rows if not set. */
  readonly answer?: (statement: string) => QueryResult;
  readonly table?: StrictTable;
}

export interface FakePorts extends Ports {
  readonly texts: Map<string, string>;
  readonly statements: string[];
  readonly cancelledJobRuns: string[];
  /** Numbers that were sent. */
  readonly measurements: Measurement[];
  readonly table: StrictTable;
}

/** By name, so many at a time. */
export function listPage(landed: readonly BlobProperties[], { after = '', folder }: ListedPlace, size = 5000) {
  const isInside = ({ path }: BlobProperties) => folder === undefined || path.startsWith(`${folder}/`);
  const files = landed.filter(isInside).sort((a, b) => (a.path < b.path ? -1 : 1));
  const left = files.filter(({ path }) => path > after);
  const rows = left.slice(0, size);
  const last = left.length > size ? rows.at(-1)?.path : undefined;
  return { rows, ...(last === undefined ? {} : { next: last }) };
}

const reject = (name: string) => () => Promise.reject(new Error(`'${name}' is not part of this test.`));

/** What lies in a folder itself, by name. */
const listFolder = (texts: ReadonlyMap<string, string>, folder: string) =>
  [...texts.keys()].filter((path) => path.slice(0, path.lastIndexOf('/')) === folder).sort();

/** The product's own state on a strict table in memory, and a lake, jobs and warehouse of plain values. */
export function createFakePorts(options: FakeOptions = {}): FakePorts {
  const { answer, datasets = [], landed = [], table = createStrictTable() } = options;
  const texts = new Map(Object.entries(options.texts ?? {}));
  const statements: string[] = [];
  const cancelledJobRuns: string[] = [];
  const measurements: Measurement[] = [];
  return {
    ...createState(async () => table.client, datasets.length > 0 ? datasets : [{ dataset: 'users' }]),
    lake: {
      getProperties: async (path) => landed.find((blob) => blob.path === path),
      listLandedFiles: async (place) => listPage(landed, place),
      readControl: async (path) => texts.get(path),
      commitControl: async (path, text) => {
        if (!texts.has(path)) texts.set(path, text);
      },
      listControl: async (folder) => listFolder(texts, folder),
      removeControl: async (path) => void texts.delete(path),
      commitPacked: async (path, text) => {
        if (!texts.has(path)) texts.set(path, text);
      },
      readPacked: async (path) => texts.get(path),
      readRecord: async (path) => texts.get(path),
      listRecords: async (folder) => listFolder(texts, folder),
    },
    jobs: options.jobs ?? {
      submit: reject('submit'),
      getState: reject('getState'),
      cancel: async (jobRun) => void cancelledJobRuns.push(jobRun),
    },
    metrics: { report: async (sent) => void measurements.push(...sent) },
    traces: { report: async () => {} },
    sqlWarehouse: {
      query: async (statement) => {
        statements.push(statement);
        return answer?.(statement) ?? { kind: 'rows', rows: [] };
      },
    },
    datasets,
    tables: options.tables ?? [],
    privacyGroup: 'privacy-people',
    definitions: options.definitions ?? {},
    version: '0.1.0+gthis',
    tuning: options.tuning ?? tuning,
    modes: options.modes ?? triggered,
    isComputeDeployed: options.isComputeDeployed ?? false,
    texts,
    statements,
    cancelledJobRuns,
    measurements,
    table,
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
      query: `SELECT id FROM {${table}}`,
      tolerates: { kind: 'count', rows: 0 },
      action: 'block',
      ...rule,
    })),
  };
}
