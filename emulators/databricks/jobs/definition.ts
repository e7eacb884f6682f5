/** A job as the bundle declares it, with variables resolved and references to a run still in place. */
export type JobDefinition = {
  id: number;
  name: string;
  parameters: { name: string; default: string }[];
  maxConcurrentRuns: number;
  isQueued: boolean;
  /** 0 means that there is no limit. */
  timeoutSeconds: number;
  tasks: TaskDefinition[];
  /** The file name of the wheel that was deployed with the job. A run keeps the definition of its own deployment. */
  wheel?: string | undefined;
  /** The principal that the tasks act as; unless the bundle names one, whoever starts the run. */
  runAs?: string | undefined;
  /** Principals and groups that may read what was deployed, whoever deployed it. */
  readers: string[];
  /** The settings as they were written, for `jobs/get`. */
  settings: Record<string, unknown>;
};

export type TaskDefinition = {
  key: string;
  dependsOn: string[];
  runIf: RunIf;
  maxRetries: number;
  minRetryIntervalMilliseconds: number;
  retriesOnTimeout: boolean;
  timeoutSeconds: number;
  /** Otherwise it runs on serverless compute. */
  isOnCluster: boolean;
  packageName: string;
  entryPoint: string;
  arguments: { named: Record<string, string> } | { ordered: string[] };
};

export const runConditions = [
  'ALL_SUCCESS',
  'ALL_DONE',
  'NONE_FAILED',
  'AT_LEAST_ONE_SUCCESS',
  'ALL_FAILED',
  'AT_LEAST_ONE_FAILED',
] as const;
export type RunIf = (typeof runConditions)[number];
