import type { Faults } from '../shared/faults.ts';

/** What a workspace needs to know. Everything is handed in, so that nothing is read from the environment. */
export type WorkspaceOptions = {
  port: number;
  /** Where runs, logs, tables and the certificate are kept. */
  home: string;
  /** The asset bundle's `databricks.yml`. */
  bundle: string;
  target: string;
  variables: Record<string, string>;
  /** The built wheel that holds the jobs' entry points. */
  wheel: string;
  python: string;
  /** The folder of the Delta jars. */
  jars: string;
  /** Access token to principal name. */
  tokens: Record<string, string>;
  /** Principal to its groups. Who is in 'admins' may everything; unless said otherwise, that is 'operator'. */
  groups?: Record<string, string[]>;
  /** The principal or group that made the catalog. Unless said otherwise, that is 'admins'. */
  catalogOwner?: string;
  /** Where `draw-archive.ts` put the class-data archive; beside the jars unless said otherwise. */
  archives?: string;
  cores?: number;
  /** Spark settings on top of the workspace's own. */
  settings?: Record<string, string>;
  /** Jobs, settings and files behave as on serverless compute, see `README.md`. Unless said otherwise, they are quick. */
  strict?: boolean;
  /** By the key of a volume in the bundle, the folder that stands in for it. Only the strict mode knows a difference. */
  volumes?: Record<string, string>;
  /** By how many seconds a volume tells the time of a file too late; 3 unless said otherwise. */
  lieSeconds?: number;
  /** Draws the size of the parts in which each attempt reads files, in the strict mode; by chance unless said otherwise. */
  seed?: number;
  /** Runs throw-away statements after the start, so that the first job finds its classes loaded. */
  warmUp?: boolean;
  log?: (line: string) => void;
  /** What goes wrong on purpose; a call is its method and path, such as `GET /api/2.2/jobs/runs/get`. */
  faults?: Faults;
};

export type Workspace = {
  url: string;
  certificateFile: string;
  stop(): Promise<void>;
};
