import type { TableContract, TableRule } from '../../medallion/contract.ts';
import type { ManifestLine } from '../../medallion/manifest.ts';
import type { RunRecord } from '../../medallion/run.ts';
import type { Answer, OpenBatch, Registry, Settlement, World } from '../../medallion/world.ts';
import { pace, triggered } from './samples.ts';

export interface SmallWorld extends World {
  readonly texts: Map<string, string>;
  readonly asked: string[];
  readonly taken: ManifestLine[];
  readonly settled: { readonly batch: string | undefined; readonly end: Settlement }[];
  readonly saved: RunRecord[];
  readonly open: Map<string, OpenBatch>;
}

const unexpected = (name: string) => () => Promise.reject(new Error(`'${name}' is not part of this small world.`));

/** A world of plain values: enough for one activity to act upon, and to see what it did. */
export function smallWorld(given: {
  readonly texts?: Record<string, string>;
  readonly tables?: readonly TableContract[];
  readonly answer?: (statement: string) => Answer;
  readonly registry?: Partial<Registry>;
  readonly open?: readonly OpenBatch[];
}): SmallWorld {
  const texts = new Map(Object.entries(given.texts ?? {}));
  const asked: string[] = [];
  const taken: ManifestLine[] = [];
  const settled: SmallWorld['settled'] = [];
  const saved: RunRecord[] = [];
  const open = new Map((given.open ?? []).map((each) => [each.batch as string, each]));
  const registry = {
    openBatches: async () => [...open.values()],
    saveOpen: async (each: OpenBatch) => {
      open.set(each.batch, { ...open.get(each.batch), ...each });
    },
    closeBatches: async (batches: readonly string[]) => {
      for (const batch of batches) open.delete(batch);
    },
    run: async () => undefined,
    wishes: async () => ({}),
    streams: async () => [],
    take: async (lines: readonly ManifestLine[]) => {
      taken.push(...lines);
    },
    supersede: async () => undefined,
    runs: async () => ({ rows: [] }),
    settle: async (lines: readonly ManifestLine[], _accounts: unknown, end: Settlement) => {
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
    registry,
    pace,
    modes: triggered,
    tables: given.tables ?? [],
    lake: {
      factsOf: unexpected('factsOf'),
      landed: () => {
        throw new Error('Nothing is landed in this small world.');
      },
      readControl: async (path) => texts.get(path),
      commitControl: async (path, text) => {
        if (!texts.has(path)) texts.set(path, text);
      },
    },
    jobs: { submit: unexpected('submit'), stateOf: unexpected('stateOf'), cancel: unexpected('cancel') },
    warehouse: {
      ask: async (statement) => {
        asked.push(statement);
        return given.answer?.(statement) ?? { kind: 'rows', rows: [] };
      },
    },
  };
}

export function tableOf(table: string, ...rules: (Partial<TableRule> & { name: string })[]): TableContract {
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
    rowRules: [],
    tableRules: rules.map((rule) => ({
      because: 'It would be wrong.',
      offenders: `SELECT id FROM {${table}}`,
      tolerates: { kind: 'count', rows: 0 },
      action: 'block',
      ...rule,
    })),
  };
}
