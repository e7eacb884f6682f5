import { UserError } from '../user-error.ts';
import { type Context, MissingRightError, NotYetError } from './context.ts';

/** One thing that is not as environment file and release say, and what makes it so. */
export interface Difference {
  readonly what: string;
  /** It would delete or replace what holds data. No deployment does that. */
  readonly isDestructive?: boolean;
  /** It only looks, so it is there each time, and changes nothing. */
  readonly isLook?: boolean;
  /** A preview of Azure's, which may show changes that no deployment makes. One deployment settles it. */
  readonly isPreview?: boolean;
  apply(): Promise<void>;
}

/** A step asks the services what is there, and answers with the differences. It keeps no state of its own. */
export interface Step {
  readonly name: string;
  /** Whose rights it needs. Somebody without them still sees whether anything is missing. */
  readonly rights: string;
  readonly summary: string;
  compare(context: Context): Promise<readonly Difference[]>;
}

interface Selection {
  readonly only?: string | undefined;
  readonly from?: string | undefined;
}

export function selectSteps(steps: readonly Step[], { from, only }: Selection): readonly Step[] {
  for (const name of [from, only])
    if (name !== undefined && !steps.some((step) => step.name === name))
      throw new UserError(`'${name}' is no step. Steps are: ${steps.map((step) => step.name).join(', ')}.`);
  if (only !== undefined) return steps.filter(({ name }) => name === only);
  const first = steps.findIndex(({ name }) => name === from);
  return steps.slice(Math.max(first, 0));
}

/** Makes every difference of every step, and looks again. A second run finds nothing to do. */
export async function applySteps(context: Context, steps: readonly Step[]): Promise<number> {
  let changes = 0;
  for (const step of steps) changes += await applyStep(context, step);
  return changes;
}

/** Services answer with what they were told a moment later. */
const maxLooks = 10;

/** Looks again after each round, since what was made may show what is still missing in it. */
async function applyStep(context: Context, step: Step): Promise<number> {
  const applied = new Set<string>();
  let changes = 0;
  for (let looks = 0; ; ) {
    const differences = await withRights(context, step, () => step.compare(context));
    requireHarmless(differences);
    const due = differences.filter(({ what }) => !applied.has(what));
    if (differences.length === 0 || (due.length === 0 && differences.every(isSettled))) break;
    if (due.length === 0) {
      looks += 1;
      if (looks === maxLooks) throw new UserError(describeRemains(step, differences));
      await context.ports.wait(looks);
    }
    for (const { apply, isLook, what } of due) {
      context.ports.log(`${step.name}: ${what}`);
      await withRights(context, step, apply);
      applied.add(what);
      if (!isLook) changes += 1;
    }
  }
  if (applied.size === 0) context.ports.log(`${step.name}: nothing to do`);
  return changes;
}

const isSettled = ({ isLook, isPreview }: Difference) => isLook === true || isPreview === true;

const describeRemains = ({ name }: Step, differences: readonly Difference[]) =>
  `Step '${name}' changed this, but it is not so: ${differences.map(({ what }) => what).join('; ')}.`;

/** Whoever lacks a right learns who has it, and what that person runs. */
async function withRights<Result>(context: Context, step: Step, perform: () => Promise<Result>): Promise<Result> {
  try {
    return await perform();
  } catch (error) {
    if (!(error instanceof MissingRightError)) throw error;
    const call = `npm run deploy -- --env ${context.environment.name} --only ${step.name}`;
    throw new UserError(
      `Step '${step.name}' needs the rights of ${step.rights}. Who has them runs: ${call}\n${error.message}`,
      { cause: error },
    );
  }
}

function requireHarmless(differences: readonly Difference[]): void {
  const lost = differences.filter(({ isDestructive }) => isDestructive).map(({ what }) => what);
  if (lost.length > 0)
    throw new UserError(`Nothing was changed, since this would delete or replace what holds data: ${lost.join('; ')}.`);
}

export interface StepPlan {
  readonly step: string;
  readonly differences: readonly Difference[];
  /** What has to be there before anybody can tell. */
  readonly waitsFor?: string;
}

/** Compares every step, and changes nothing. */
export async function planSteps(context: Context, steps: readonly Step[]): Promise<readonly StepPlan[]> {
  const plans: StepPlan[] = [];
  for (const step of steps) {
    try {
      plans.push({ step: step.name, differences: await step.compare(context) });
    } catch (error) {
      // Whoever plans has fewer rights, and may be outside the network. The step itself looks again.
      if (!(error instanceof NotYetError || error instanceof MissingRightError)) throw error;
      plans.push({ step: step.name, differences: [], waitsFor: error.message });
    }
  }
  return plans;
}
