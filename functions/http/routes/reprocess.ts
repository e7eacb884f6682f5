import { z } from 'zod';
import { Execution, Plan, PlanId, PlannedFile, planPath } from '../../../medallion/reprocessing/plan.ts';
import { Selection } from '../../../medallion/reprocessing/selection.ts';
import { makePlan } from '../../../operations/reprocessing/create-plan.ts';
import { executePlan } from '../../../operations/reprocessing/execute-plan.ts';
import { Because, recordAct } from '../audit.ts';
import { Problem } from '../problem.ts';
import { type Room, route, Why } from '../route.ts';

const filesShown = 20;

/** A plan as it is shown: its files are counted, and listed elsewhere. */
const ShownPlan = Plan.omit({ files: true, definitions: true }).extend({
  files: z.object({
    count: z.int(),
    bytes: z.int(),
    first: z.array(PlannedFile),
  }),
  execution: Execution.optional(),
});

const PlanParams = z.strictObject({ plan: z.string().min(1).max(128) });

function shown({ definitions: _, files, ...plan }: Plan, execution?: Execution): z.input<typeof ShownPlan> {
  const bytes = files.reduce((sum, { length }) => sum + length, 0);
  return {
    ...plan,
    files: { count: files.length, bytes, first: files.slice(0, filesShown) },
    ...(execution ? { execution } : {}),
  };
}

async function findPlan({ world }: Pick<Room, 'world'>, id: string): Promise<Plan | Problem> {
  const known = PlanId.safeParse(id);
  const text = known.success ? await world.lake.readControl(planPath(known.data)) : undefined;
  return text === undefined ? new Problem('not_found', `No plan is saved as '${id}'.`) : Plan.parse(JSON.parse(text));
}

export const planReprocessing = route({
  name: 'planReprocessing',
  path: 'api/reprocess',
  role: 'operator',
  summary: 'Plans to compute something anew, and saves the plan. Nothing runs.',
  body: z.strictObject({ selection: Selection, why: Why }),
  status: 201,
  answer: ShownPlan,
  problems: ['nothing', 'too_many'],
  perform: async (room, { body, caller }) => {
    const unknown = unknownDataset(room, body.selection);
    if (unknown) return unknown;
    const plan = await makePlan(room.world, { ...body, by: caller.who }, room.now());
    if (plan instanceof Problem) return plan;
    await recordAct(room, caller, { did: 'planned', target: plan.plan, why: body.why });
    return shown(plan);
  },
});

/** A path is looked for only where files are taken from. */
function unknownDataset({ world }: Room, selection: Selection): Problem | undefined {
  if (!('files' in selection)) return undefined;
  const { dataset, path } = selection.files;
  const known = world.datasets.map((each) => each.dataset);
  const named = [dataset, path?.split('/')[0]].filter((each) => each !== undefined);
  const strange = named.find((each) => !known.includes(each) && !/[*?]/.test(each));
  return strange === undefined
    ? undefined
    : new Problem('nothing', `'${strange}' is not a known dataset; known are ${known.join(', ')}.`);
}

export const plan = route({
  name: 'plan',
  path: 'api/reprocess/{plan}',
  role: 'reader',
  summary: 'A saved plan, and its execution if there is one.',
  params: PlanParams,
  answer: ShownPlan,
  problems: ['not_found'],
  perform: async (room, { params }) => {
    const found = await findPlan(room, params.plan);
    return found instanceof Problem ? found : shown(found, await room.world.desk.execution(found.plan));
  },
});

export const planFiles = route({
  name: 'planFiles',
  path: 'api/reprocess/{plan}/files',
  role: 'reader',
  summary: 'The exact files and versions of a plan.',
  params: PlanParams,
  query: z.strictObject({
    limit: z.coerce.number<string>().int().min(1).max(1000).default(100),
    after: z.coerce.number<string>().int().min(0).max(1_000_000).default(0),
  }),
  answer: z.object({ files: z.array(PlannedFile), next: z.string().optional() }),
  problems: ['not_found'],
  perform: async (room, { params, query: { after, limit } }) => {
    const found = await findPlan(room, params.plan);
    if (found instanceof Problem) return found;
    const end = after + limit;
    return { files: found.files.slice(after, end), ...(end < found.files.length ? { next: String(end) } : {}) };
  },
});

export const executeReprocessing = route({
  name: 'executeReprocessing',
  path: 'api/reprocess/{plan}/execute',
  role: 'operator',
  summary: 'Runs exactly that plan, once. Refused, with what moved, if it is not what it was made for any more.',
  params: PlanParams,
  body: Because,
  status: 202,
  answer: Execution,
  problems: ['not_found', 'expired', 'ground_moved'],
  perform: async (room, { body, caller, params }) => {
    const found = await findPlan(room, params.plan);
    if (found instanceof Problem) return found;
    await recordAct(room, caller, { did: 'executed', target: found.plan, why: body.why });
    return executePlan(room, found, { who: caller.who, why: body.why });
  },
});
