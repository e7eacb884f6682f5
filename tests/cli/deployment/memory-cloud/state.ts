/** Whatever a service keeps of a thing. */
// biome-ignore lint/suspicious/noExplicitAny: a test looks into things of every shape
export type Thing = any;

interface AppState {
  signIn: 'on' | 'off' | 'forgeable';
  isHealthy: boolean;
  package?: string;
  settings: Record<string, string>;
  status: { pipelineState?: { state: string; reason: string } } & Record<string, unknown>;
}

/** Everything that all services keep. A test may change any of it, as somebody in a portal would. */
export interface State {
  readonly azure: Map<string, Thing>;
  readonly graph: Map<string, Thing>;
  readonly databricks: Map<string, Thing>;
  readonly account: Map<string, Thing>;
  readonly delivery: Map<string, Thing>;
  /** What a what-if answers besides, by the name of the template. */
  readonly drift: Map<string, { changeType: string; resourceId: string }[]>;
  /** What a preview shows again after each deployment. */
  readonly noise: Map<string, { changeType: string; resourceId: string }[]>;
  readonly app: AppState;
  readonly order: string[];
  readonly tables: { applied: boolean; changes: { on: string; what: string; isDestructive: boolean }[] };
  bundle: { isDeployed: boolean; wheel?: string; actions: { resource: string; action: string }[] };
  release: { wheel: string; record: string };
  smoke: string[];
  regions: { name: string; properties: { orgDomain: string } }[];
  versions: Record<string, string | undefined>;
  next: number;
  /** Milliseconds, as services count them. */
  clock: number;
}

export const createState = (): State => ({
  azure: new Map(),
  graph: new Map(),
  databricks: new Map(),
  account: new Map([['metastore', 'm1']]),
  delivery: new Map(),
  drift: new Map(),
  noise: new Map(),
  app: { signIn: 'on', isHealthy: true, settings: {}, status: {} },
  order: [],
  tables: { applied: false, changes: [] },
  bundle: { isDeployed: false, actions: [] },
  release: { wheel: 'medallion_engine-0.1.0+gabc-py3-none-any.whl', record: 'm.py,sha256=one,1' },
  smoke: [],
  regions: [{ name: 'West Europe', properties: { orgDomain: 'PUBLIC;FLEXCONSUMPTION' } }],
  versions: { node: '24.21.0', az: '2.80.0', bicep: '0.49.2', databricks: '1.13.0' },
  next: 1,
  clock: 1_800_000_000_000,
});

/** Ids as services choose them: nobody else knows them. */
export function createId(state: State, kind: string): string {
  state.next += 1;
  return `${kind}-${state.next}`;
}

export const listThings = (things: ReadonlyMap<string, Thing>, prefix: string): Thing[] =>
  [...things].filter(([key]) => key.startsWith(prefix)).map(([, thing]) => thing);
