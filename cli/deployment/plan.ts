import type { Context } from './context.ts';
import { formatCosts } from './costs.ts';
import type { StepPlan } from './engine.ts';

/** No plan may delete or replace what holds data. */
export const isHarmless = (plans: readonly StepPlan[]): boolean =>
  !plans.some(({ differences }) => differences.some(({ isDestructive }) => isDestructive));

/** One page: what each step would change, and what the environment costs. */
export function formatPlan(
  { environment, release }: Pick<Context, 'environment' | 'release'>,
  plans: readonly StepPlan[],
): string {
  const rows = plans.flatMap(({ differences, step, waitsFor }) => {
    if (waitsFor !== undefined) return [`| ${step} | known later: ${waitsFor} |`];
    if (differences.length === 0) return [`| ${step} | nothing |`];
    return differences.map(
      ({ isDestructive, what }) => `| ${step} | ${isDestructive ? '**loses data:** ' : ''}${what} |`,
    );
  });
  return [
    `# Plan for '${environment.name}', release '${release}'`,
    '',
    '| step | what would change |',
    '| --- | --- |',
    ...rows,
    '',
    ...(isHarmless(plans) ? [] : ['**This plan is refused: it would delete or replace what holds data.**', '']),
    formatCosts(environment),
    '',
  ].join('\n');
}
