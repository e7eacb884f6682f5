import type { HttpResponseInit } from '@azure/functions';
import type { RunRecord } from '../medallion/run.ts';
import type { Registry } from '../medallion/world.ts';

type Glance = Pick<RunRecord, 'batch' | 'outcome' | 'release' | 'because' | 'startedAt' | 'endedAt'>;

/** `GET /api/health`: whether the operator can reach its state, and what it is doing. */
export async function healthRequested(
  registry: Pick<Registry, 'countPending' | 'runs'>,
  environment: string,
  pipelineStatus: () => Promise<string>,
): Promise<HttpResponseInit> {
  const [pending, { rows }, pipeline] = await Promise.all([
    registry.countPending(),
    registry.runs(50),
    pipelineStatus(),
  ]);
  const running = rows.filter(({ outcome }) => outcome === 'running').map(({ batch }) => batch);
  const release = rows.find(({ outcome }) => outcome === 'published')?.release;
  const last = rows.find(({ outcome }) => outcome !== 'running');
  const jsonBody = {
    status: 'ok',
    environment,
    pipeline,
    pending,
    running,
    ...(last ? { lastRun: glanceAt(last) } : {}),
    ...(release ? { release } : {}),
  };
  return { jsonBody };
}

function glanceAt({ batch, outcome, release, because, startedAt, endedAt }: RunRecord): Glance {
  return { batch, outcome, startedAt, endedAt, release, because };
}
