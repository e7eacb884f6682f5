import { z } from 'zod';
import { Standing } from '../../../medallion/runs/pipeline-state.ts';
import { RunRecord as Run, type RunRecord } from '../../../medallion/runs/run.ts';
import { route } from '../route.ts';
import { currentRelease } from './releases.ts';

const Glance = Run.pick({ batch: true, outcome: true, release: true, because: true, startedAt: true, endedAt: true });

const runsLookedAt = 50;

/** What the operator is doing. `refused` counts what this instance turned away since it started, by code. */
export const statusOf = (environment: string, refused: () => Record<string, number>) =>
  route({
    name: 'status',
    path: 'api/status',
    role: 'reader',
    summary: 'What waits, what runs, how the last run ended, and what readers see.',
    answer: z.object({
      environment: z.string(),
      pipeline: z.string(),
      standing: Standing.optional(),
      pending: z.int(),
      /** A plan that waits to be executed. */
      queued: z.string().optional(),
      running: z.array(z.string()),
      lastRun: Glance.optional(),
      release: z.string().optional(),
      releasedAt: z.string().optional(),
      refused: z.record(z.string(), z.int()),
    }),
    perform: async ({ engine, world }) => {
      const [queued, pending, { rows }, pipeline, standing, release] = await Promise.all([
        world.desk.queued(),
        world.registry.countPending(),
        world.registry.runs(runsLookedAt),
        engine.pipelineStatus(),
        world.desk.standing(),
        currentRelease(world),
      ]);
      const last = rows.find(({ outcome }) => outcome !== 'running');
      return {
        environment,
        pipeline,
        pending,
        running: rows.filter(({ outcome }) => outcome === 'running').map(({ batch }) => batch),
        refused: refused(),
        ...(queued ? { queued } : {}),
        ...(standing ? { standing } : {}),
        ...(last ? { lastRun: glanceAt(last) } : {}),
        ...(release ? { release: release.as, releasedAt: release.at } : {}),
      };
    },
  });

function glanceAt({ batch, because, endedAt, outcome, release, startedAt }: RunRecord): z.input<typeof Glance> {
  return { batch, outcome, startedAt, endedAt, release, because };
}
