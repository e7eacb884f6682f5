import { listViews } from '../../medallion/contracts/bronze.ts';
import { listStaleTables } from '../../medallion/contracts/definition.ts';
import type { Layer } from '../../medallion/layer.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import {
  createStepsFor,
  createStepsFrom,
  formatPlan,
  type Plan,
  type PlanId,
  type PlannedFile,
  planHours,
  planPath,
  type Step,
} from '../../medallion/reprocessing/plan.ts';
import type { Selection } from '../../medallion/reprocessing/selection.ts';
import { isRejected, type Rejected } from '../rejected.ts';
import { describeErasedLines } from './describe-erased-lines.ts';
import { estimatePlan } from './estimate.ts';
import type { Decision } from './execute-plan.ts';
import { readPlan } from './read-plan.ts';
import { type SelectedFiles, selectPlannedFiles } from './select-planned-files.ts';

const hourMilliseconds = 3_600_000;

export interface PlanRequest extends Decision {
  readonly selection: Selection;
  /** Overrides the steps: a run that is tried again may begin above bronze. */
  readonly steps?: readonly Step[];
  /** The name that the plan gets. If there is a plan of that name already, it is the answer. */
  readonly plan: PlanId;
}

export type CreatePorts = Pick<
  Ports,
  'datasets' | 'definitions' | 'files' | 'lake' | 'runs' | 'sqlWarehouse' | 'tableDefinitions' | 'tables' | 'tuning'
>;

/** Creates a plan and saves it; nothing runs. Rejected if it would select nothing, or more than one plan takes. */
export async function createPlan(ports: CreatePorts, request: PlanRequest, now: Date): Promise<Plan | Rejected> {
  const saved = await readPlan(ports, request.plan);
  if (saved) return saved.plan;
  const stale = listStaleTables(await ports.tableDefinitions.get(), ports.definitions);
  const steps = request.steps ?? createSteps(request.selection, stale);
  if (steps.length === 0) {
    const reason = 'No table was computed by another definition than today’s.';
    return { kind: 'rejected', code: 'empty_selection', reason };
  }
  const selected = await selectFiles(ports, request.selection, stale, steps);
  if (isRejected(selected)) return selected;
  const { files, warnings } = selected;
  const plan: Plan = {
    plan: request.plan,
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + planHours * hourMilliseconds).toISOString(),
    actor: request.actor,
    reason: request.reason,
    selection: request.selection,
    steps: [...steps],
    tables: { stale, touched: listTouchedTables(ports, steps, files) },
    definitions: { ...ports.definitions },
    estimate: await estimatePlan(ports, steps, files),
    irreversible: describeIrreversible(steps, files),
    warnings: [...warnings, ...(await describeErasedLines(ports, files))],
    files,
  };
  await ports.lake.commitControl(planPath(plan.plan), formatPlan(plan));
  return plan;
}

function createSteps(selection: Selection, stale: readonly string[]): Step[] {
  if ('files' in selection) return createStepsFrom('bronze', []);
  if ('layer' in selection) return createStepsFrom(selection.layer, [selection.layer]);
  return createStepsFor(stale);
}

async function selectFiles(
  ports: CreatePorts,
  selection: Selection,
  stale: readonly string[],
  steps: readonly Step[],
): Promise<SelectedFiles | Rejected> {
  if (!steps.some(({ kind }) => kind === 'reload')) return { files: [], warnings: [] };
  if ('files' in selection) return selectPlannedFiles(ports, [selection.files]);
  return selectPlannedFiles(
    ports,
    listDatasets(ports, stale).map((dataset) => ({ dataset })),
  );
}

/** The datasets whose files go into these tables. */
const listDatasets = ({ datasets }: CreatePorts, tables: readonly string[]) =>
  datasets
    .filter((contract) => listViews(contract).some((view) => tables.includes(view)))
    .map(({ dataset }) => dataset);

function listTouchedTables(
  { datasets, tables }: CreatePorts,
  steps: readonly Step[],
  files: readonly PlannedFile[],
): string[] {
  const layers: Layer[] = steps.map(({ layer }) => layer);
  const reread = new Set(files.map(({ dataset }) => dataset));
  const bronze = datasets.filter(({ dataset }) => reread.has(dataset)).flatMap(listViews);
  const above = tables.filter(({ layer }) => layer !== 'bronze' && layers.includes(layer as Layer));
  return [...new Set([...bronze, ...above.map(({ table }) => table)])].sort();
}

function describeIrreversible(steps: readonly Step[], files: readonly PlannedFile[]): string[] {
  const rebuilt = steps.filter(({ kind }) => kind === 'rebuild').map(({ layer }) => layer);
  const count = files.length === 1 ? 'this file' : `these ${files.length} files`;
  return [
    ...(files.length > 0
      ? [
          `The rows that ${count} gave before are removed from bronze and written anew; the table's history keeps them for 7 days.`,
        ]
      : []),
    ...(rebuilt.length > 0 ? [`Every table of ${rebuilt.join(' and ')} is computed anew from all rows below it.`] : []),
    'If every gate passes, readers see a new release; you can roll back to the present one.',
  ];
}
