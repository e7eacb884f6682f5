import { z } from 'zod';
import { Act } from '../../../medallion/audit/audit-entry.ts';
import { FileId, RegisteredFile } from '../../../medallion/files/file.ts';
import { Execution } from '../../../medallion/reprocessing/plan.ts';
import { FileSelection } from '../../../medallion/reprocessing/selection.ts';
import { offendersOf } from '../../../operations/quarantine/read-lines.ts';
import { makePlan } from '../../../operations/reprocessing/create-plan.ts';
import { executePlan } from '../../../operations/reprocessing/execute-plan.ts';
import { Because, recordAct } from '../audit.ts';
import { mayCall } from '../caller.ts';
import { Problem } from '../problem.ts';
import { Paging, type Room, route, Why } from '../route.ts';

const Text = z.string().min(1).max(128);
const FileParams = z.strictObject({ file: Text });
const flag = z.enum(['true', 'false']).default('false');

async function findFile({ world }: Pick<Room, 'world'>, id: string): Promise<RegisteredFile | Problem> {
  const known = FileId.safeParse(id);
  const file = known.success ? await world.registry.file(known.data) : undefined;
  return file ?? new Problem('not_found', `No file is registered as '${id}'.`);
}

export const quarantine = route({
  name: 'quarantine',
  path: 'api/quarantine',
  role: 'reader',
  summary: 'Files with quarantined lines, with how many break which rule. A page may hold fewer than were asked for.',
  query: z.strictObject({ ...Paging, dataset: Text.optional(), rule: Text.optional(), discarded: flag }),
  answer: z.object({ files: z.array(RegisteredFile), next: z.string().optional() }),
  perform: async ({ world }, { query: { after, dataset, discarded, limit, rule } }) => {
    const filter = { ...(dataset === undefined ? {} : { dataset }), discarded: discarded === 'true' };
    const { next, rows } = await world.desk.quarantined(filter, limit, after);
    const files = rows.filter(
      ({ fate, problems }) => fate !== 'superseded' && (rule === undefined || (problems?.[rule] ?? 0) > 0),
    );
    return { files, ...(next ? { next } : {}) };
  },
});

export const quarantinedLines = route({
  name: 'quarantinedLines',
  path: 'api/quarantine/{file}/lines',
  role: 'reader',
  summary: 'The quarantined lines of one file, with personal columns masked for all but the role privacy.',
  params: FileParams,
  query: z.strictObject({
    limit: z.coerce.number<string>().int().min(1).max(200).default(50),
    after: z.coerce
      .number<string>()
      .int()
      .min(0)
      .max(2 ** 31)
      .default(0),
    unmasked: flag,
  }),
  answer: z.object({
    lines: z.array(
      z.object({
        table: z.string(),
        line: z.int(),
        problems: z.array(z.string()),
        columns: z.record(z.string(), z.unknown()),
        text: z.string().optional(),
      }),
    ),
    next: z.string().optional(),
  }),
  problems: ['not_found', 'conflict'],
  perform: async (room, { caller, params, query: { after, limit, unmasked } }) => {
    const isMasked = unmasked === 'false';
    if (!isMasked && !mayCall(caller, 'privacy'))
      return new Problem('forbidden', "Unmasked lines need the app role 'privacy'. An administrator assigns it.");
    const file = await findFile(room, params.file);
    if (file instanceof Problem) return file;
    if (!isMasked) await recordAct(room, caller, { did: 'unmasked', target: file.file, why: 'Looked at its lines.' });
    const lines = await offendersOf(room.world, file, { after, isMasked, most: limit + 1 });
    if (lines instanceof Problem) return lines;
    const page = lines.slice(0, limit);
    return { lines: page, ...(lines.length > limit ? { next: String(page.at(-1)?.line) } : {}) };
  },
});

export const replayQuarantine = route({
  name: 'replayQuarantine',
  path: 'api/quarantine/replay',
  role: 'operator',
  summary: 'Reads files again whose lines are quarantined, after a rule or the source was put right.',
  body: z.strictObject({ ...FileSelection.shape, why: Why }),
  status: 202,
  answer: Execution,
  problems: ['nothing', 'too_many', 'ground_moved', 'expired'],
  perform: async (room, { body: { why, ...files }, caller }) => {
    const selection = FileSelection.safeParse(files);
    if (!selection.success) return new Problem('malformed', 'Give at least one condition that selects files.');
    const wish = { selection: { files: selection.data }, by: caller.who, why };
    const plan = await makePlan(room.world, wish, room.now());
    if (plan instanceof Problem) return plan;
    await recordAct(room, caller, { did: 'replayed', target: plan.plan, why });
    return executePlan(room, plan, { who: caller.who, why });
  },
});

export const discardQuarantine = route({
  name: 'discardQuarantine',
  path: 'api/quarantine/{file}/discard',
  role: 'operator',
  summary: 'Takes the lines of a file off the desk: they stay where they are, and nobody needs to look again.',
  params: FileParams,
  body: Because,
  answer: Act,
  problems: ['not_found', 'conflict'],
  perform: async (room, { body, caller, params }) => {
    const file = await findFile(room, params.file);
    if (file instanceof Problem) return file;
    if (!file.quarantined) return new Problem('conflict', `File '${file.file}' has no quarantined lines.`);
    const act = await recordAct(room, caller, { did: 'discarded', target: file.file, why: body.why });
    await room.world.desk.discard(file, `Discarded by '${caller.who}': ${body.why}`);
    return act;
  },
});
