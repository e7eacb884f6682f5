import { z } from 'zod';
import { Act } from '../../../medallion/audit/audit-entry.ts';
import { manifestPath, parseManifest } from '../../../medallion/files/manifest.ts';
import { Execution, type Step, stepsFrom } from '../../../medallion/reprocessing/plan.ts';
import type { Selection } from '../../../medallion/reprocessing/selection.ts';
import type { RunRecord } from '../../../medallion/runs/run.ts';
import { makePlan } from '../../../operations/reprocessing/create-plan.ts';
import { executePlan } from '../../../operations/reprocessing/execute-plan.ts';
import { Because, recordAct } from '../audit.ts';
import { Problem } from '../problem.ts';
import { route } from '../route.ts';
import { findRun, RunParams } from './runs.ts';

const isOpen = ({ outcome, release }: RunRecord) =>
  ['held', 'failed', 'cancelled'].includes(outcome) && release === undefined;

const notOpen = ({ batch, outcome, release }: RunRecord) =>
  new Problem(
    'conflict',
    `Run '${batch}' is ${outcome}${release ? ` and in release '${release}'` : ''}; there is nothing left to do about it.`,
  );

export const cancelRun = route({
  name: 'cancelRun',
  path: 'api/runs/{id}/cancel',
  role: 'operator',
  summary: 'Ends a run, and its job in the workspace with it. What it has written stays until a later run repairs it.',
  params: RunParams,
  body: Because,
  status: 202,
  answer: Act,
  problems: ['not_found', 'conflict'],
  perform: async (room, { body, caller, params }) => {
    const run = await findRun(room, params.id);
    if (run instanceof Problem) return run;
    if (run.outcome !== 'running')
      return new Problem('conflict', `Run '${run.batch}' has ended already: ${run.outcome}.`);
    const act = await recordAct(room, caller, { did: 'cancelled', target: run.batch, why: body.why });
    await room.world.desk.cancel(run.batch, `Cancelled by '${caller.who}': ${body.why}`);
    return act;
  },
});

/** What to do over: everything if bronze broke down, else from the layer on that did. */
function retryOf({ batch, layers }: RunRecord): { selection: Selection; steps: Step[] } {
  const broken = layers.at(-1)?.layer ?? 'bronze';
  const selection = { files: { batch } };
  return { selection, steps: stepsFrom(broken, []) };
}

export const retryRun = route({
  name: 'retryRun',
  path: 'api/runs/{id}/retry',
  role: 'operator',
  summary: 'Tries a run again that was held, failed or cancelled: from the layer on at which it ended.',
  params: RunParams,
  body: Because,
  status: 202,
  answer: Execution,
  problems: ['not_found', 'conflict', 'nothing', 'too_many', 'ground_moved'],
  perform: async (room, { body, caller, params }) => {
    const run = await findRun(room, params.id);
    if (run instanceof Problem) return run;
    if (!isOpen(run)) return notOpen(run);
    await recordAct(room, caller, { did: 'retried', target: run.batch, why: body.why });
    const plan = await makePlan(room.world, { ...retryOf(run), by: caller.who, why: body.why }, room.now());
    return plan instanceof Problem ? plan : executePlan(room, plan, { who: caller.who, why: body.why });
  },
});

export const skipRun = route({
  name: 'skipRun',
  path: 'api/runs/{id}/skip',
  role: 'operator',
  summary: 'Gives a run up that was held, failed or cancelled. Rows it has already loaded wait for the next release.',
  params: RunParams,
  body: Because,
  answer: z.object({ act: Act, files: z.int() }),
  problems: ['not_found', 'conflict'],
  perform: async (room, { body, caller, params }) => {
    const run = await findRun(room, params.id);
    if (run instanceof Problem) return run;
    if (!isOpen(run)) return notOpen(run);
    const act = await recordAct(room, caller, { did: 'skipped', target: run.batch, why: body.why });
    const because = `Skipped by '${caller.who}': ${body.why}`;
    const { lake, registry } = room.world;
    const lines = parseManifest((await lake.readControl(manifestPath(run.batch))) ?? '');
    await registry.settle(lines, new Map(), { fate: 'ignored', because });
    await registry.saveRun({ ...run, outcome: 'skipped', because });
    return { act, files: lines.length };
  },
});
