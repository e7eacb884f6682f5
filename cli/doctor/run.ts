import type { Context } from '../deployment/context.ts';
import { UserError } from '../user-error.ts';
import { type Check, groups, type Problem } from './check.ts';

export interface Finding extends Problem {
  readonly group: string;
  readonly check: string;
  readonly why: string;
}

export interface Report {
  readonly problems: readonly Finding[];
  /** Checks that nobody could make, with the reason. */
  readonly unknown: readonly { readonly group: string; readonly check: string; readonly reason: string }[];
  readonly well: readonly string[];
}

export function selectChecks(checks: readonly Check[], only?: string): readonly Check[] {
  if (only === undefined) return checks;
  if (!groups.some((group) => group === only))
    throw new UserError(`'${only}' is no group of checks. Groups are: ${groups.join(', ')}.`);
  return checks.filter(({ group }) => group === only);
}

export async function runChecks(context: Context, checks: readonly Check[]): Promise<Report> {
  const problems: Finding[] = [];
  const unknown: { group: string; check: string; reason: string }[] = [];
  const well: string[] = [];
  for (const { group, look, name: check, why } of checks) {
    try {
      const all = await look(context);
      problems.push(...all.map((problem) => ({ group, check, why, ...problem })));
      if (all.length === 0) well.push(`${group}: ${check}`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      unknown.push({ group, check, reason: error.message });
    }
  }
  return { problems, unknown, well };
}

export function formatReport(name: string, { problems, unknown, well }: Report): string {
  return [
    ...problems.flatMap(({ check, cure, group, what, why }) => [
      `✗ ${group}: ${check}`,
      `    what  ${what}`,
      `    why   ${why}`,
      `    cure  ${cure}`,
    ]),
    ...unknown.flatMap(({ check, group, reason }) => [`? ${group}: ${check}`, `    nobody could look: ${reason}`]),
    `'${name}': ${problems.length} problems, ${unknown.length} unknown, ${well.length} well.`,
  ].join('\n');
}

/** 0 if all is well, 1 if there is something to mend, 2 if somebody could not look. */
export function getExitCode({ problems, unknown }: Report): number {
  if (problems.length > 0) return 1;
  return unknown.length > 0 ? 2 : 0;
}
