import type { Ports } from '../../medallion/ports/index.ts';
import type { PipelineState } from '../../medallion/runs/pipeline-state.ts';

type VitalPorts = Pick<Ports, 'datasets' | 'files' | 'pipelineControl' | 'plans' | 'queue' | 'runs'>;

/** Numbers by which one sees from outside whether the operator does its work. */
export interface Vitals {
  readonly state: PipelineState['state'];
  /** Of each dataset at most a thousand are counted. */
  readonly pendingFiles: number;
  /** How long the file that waits longest has waited, and of which dataset it is; missing if none waits. */
  readonly oldestPendingSeconds?: number;
  readonly oldestPendingDataset?: string;
  /** Missing until there is a first release. */
  readonly releaseAgeSeconds?: number;
  readonly isPlanQueued: boolean;
}

export async function readVitals(ports: VitalPorts, now: Date): Promise<Vitals> {
  const [state, pendingFiles, oldest, lastPublished, plan] = await Promise.all([
    ports.pipelineControl.getState(),
    ports.queue.count(),
    findOldestPending(ports),
    ports.runs.lastPublished(),
    ports.plans.nextQueued(),
  ]);
  const toSeconds = (time: string) => Math.max(0, Math.round((now.getTime() - Date.parse(time)) / 1000));
  return {
    state: state?.state ?? 'running',
    pendingFiles,
    ...(oldest ? { oldestPendingSeconds: toSeconds(oldest.registeredAt), oldestPendingDataset: oldest.dataset } : {}),
    ...(lastPublished?.endedAt ? { releaseAgeSeconds: toSeconds(lastPublished.endedAt) } : {}),
    isPlanQueued: plan !== undefined,
  };
}

async function findOldestPending({ datasets, files }: VitalPorts) {
  const first = await Promise.all(datasets.map(({ dataset }) => files.list({ dataset, status: 'pending' }, 1)));
  return first.flatMap(({ rows }) => rows).sort((a, b) => (a.registeredAt < b.registeredAt ? -1 : 1))[0];
}
