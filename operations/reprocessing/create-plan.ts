import { randomUUID } from 'node:crypto';
import { Problem } from '../../functions/http/problem.ts';
import { staleTables } from '../../medallion/contracts/definition.ts';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { Layer } from '../../medallion/layer.ts';
import type { World } from '../../medallion/ports/world.ts';
import {
  movedFile,
  type Plan,
  type PlannedFile,
  planHours,
  planIdAt,
  plannedFile,
  planPath,
  type Step,
  stepsFor,
  stepsFrom,
} from '../../medallion/reprocessing/plan.ts';
import type { FileSelection, Selection } from '../../medallion/reprocessing/selection.ts';
import { selects } from '../../medallion/reprocessing/selection.ts';
import { pooled } from '../map-concurrently.ts';
import { expectationOf } from './estimate.ts';
import { filesWithEvents } from './files-by-event-time.ts';

const lookedAtOnce = 16;
const filesPerPage = 1000;
const replayable = ['published', 'held', 'failed'];

interface Wish {
  readonly selection: Selection;
  readonly by: string;
  readonly why: string;
  /** Overrides the steps: a run that is tried again may begin above bronze. */
  readonly steps?: readonly Step[];
}

/** Makes a plan and saves it; nothing runs. Says so if it would select nothing, or more than one run takes. */
export async function makePlan(world: World, wish: Wish, now: Date): Promise<Plan | Problem> {
  const stale = staleTables(await world.desk.definitions(), world.definitions);
  const steps = wish.steps ?? stepsOf(wish.selection, stale);
  if (steps.length === 0) return new Problem('nothing', 'No table was computed by another definition than today’s.');
  const found = await filesOf(world, wish.selection, stale, steps);
  if (found instanceof Problem) return found;
  const { files, left } = found;
  const touched = touchedBy(world, steps, files);
  const plan: Plan = {
    plan: planIdAt(now, randomUUID()),
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + planHours * 3_600_000).toISOString(),
    by: wish.by,
    why: wish.why,
    selection: wish.selection,
    steps: [...steps],
    tables: { stale, touched },
    definitions: { ...world.definitions },
    expected: await expectationOf(world, steps, files),
    irreversible: irreversibleIn(steps, files),
    warnings: left,
    files,
  };
  await world.lake.commitControl(planPath(plan.plan), JSON.stringify(plan));
  return plan;
}

function stepsOf(selection: Selection, stale: readonly string[]): Step[] {
  if ('files' in selection) return stepsFrom('bronze', []);
  if ('layer' in selection) return stepsFrom(selection.layer, [selection.layer]);
  return stepsFor(stale);
}

async function filesOf(world: World, selection: Selection, stale: readonly string[], steps: readonly Step[]) {
  if (!steps.some(({ how }) => how === 'files')) return { files: [], left: [] };
  const chosen = 'files' in selection ? [selection.files] : datasetsOf(world, stale).map((dataset) => ({ dataset }));
  const most = world.pace.mostFilesPerBatch;
  const found: RegisteredFile[] = [];
  for (const each of chosen) {
    const some = await selected(world, each, most - found.length);
    if (some instanceof Problem) return some;
    found.push(...some);
  }
  return found.length === 0
    ? new Problem('nothing', 'No file that was ever loaded meets every condition.')
    : stillThere(world, found);
}

async function selected(world: World, chosen: FileSelection, most: number): Promise<RegisteredFile[] | Problem> {
  const withEvents = chosen.eventTime && (await filesWithEvents(world, chosen.eventTime));
  if (withEvents instanceof Problem) return withEvents;
  const isSelected = selects(chosen, withEvents);
  const { batch, dataset, fate, release } = chosen;
  const found: RegisteredFile[] = [];
  for (let after: string | undefined; ; ) {
    const page = await world.registry.files({ batch, dataset, fate, release }, filesPerPage, after);
    found.push(...page.rows.filter((file) => replayable.includes(file.fate) && isSelected(file)));
    if (found.length > most) {
      return new Problem(
        'too_many',
        `More than ${world.pace.mostFilesPerBatch} files are selected, and one run takes no more. Narrow the selection.`,
      );
    }
    if (page.next === undefined) return found;
    after = page.next;
  }
}

/** Only what still lies in the landing zone as it was loaded can be read again; the rest is left out, and named. */
async function stillThere({ lake }: World, found: readonly RegisteredFile[]) {
  const looked = await pooled(found, lookedAtOnce, async (file) => {
    const planned = plannedFile(file);
    return { planned, moved: movedFile(planned, file, await lake.factsOf(file.path)) };
  });
  const files = looked.flatMap(({ moved, planned }): PlannedFile[] => (moved === undefined ? [planned] : []));
  const left = looked.flatMap(({ moved }) => (moved === undefined ? [] : [`Left out: ${moved}`]));
  if (files.length === 0) return new Problem('nothing', left.slice(0, 5).join(' '));
  return { files, left: left.slice(0, 50) };
}

const datasetsOf = ({ datasets }: World, stale: readonly string[]) =>
  datasets
    .filter(({ otherwise, routes }) =>
      [...routes.map(({ table }) => table), otherwise].some((table) => stale.includes(table ?? '')),
    )
    .map(({ dataset }) => dataset);

function touchedBy({ datasets, tables }: World, steps: readonly Step[], files: readonly PlannedFile[]): string[] {
  const layers: Layer[] = steps.map(({ layer }) => layer);
  const reread = new Set(files.map(({ dataset }) => dataset));
  const bronze = datasets
    .filter(({ dataset }) => reread.has(dataset))
    .flatMap(({ otherwise, routes }) => [...routes.map(({ table }) => table), ...(otherwise ? [otherwise] : [])]);
  const above = tables.filter(({ layer }) => layer !== 'bronze' && layers.includes(layer as Layer));
  return [...new Set([...bronze, ...above.map(({ table }) => table)])].sort();
}

function irreversibleIn(steps: readonly Step[], files: readonly PlannedFile[]): string[] {
  const rebuilt = steps.filter(({ how }) => how === 'rebuild').map(({ layer }) => layer);
  return [
    ...(files.length > 0
      ? [
          `The rows that ${files.length === 1 ? 'this file' : `these ${files.length} files`} gave before are removed from bronze and written anew; the table's history keeps them for 7 days.`,
        ]
      : []),
    ...(rebuilt.length > 0
      ? [`The streams of ${rebuilt.join(' and ')} begin anew; their present place is left for good.`]
      : []),
    'If every gate passes, readers see a new release; the present one can be published again.',
  ];
}
