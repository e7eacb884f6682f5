import type { Ports } from '../../medallion/ports/index.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { toTrace } from '../../medallion/runs/trace.ts';

/** Why the course of a run did not arrive, if so. */
interface Traced {
  readonly untraced?: string;
}

/** Sends the course of a run that has ended. It is no part of the run, so a failure is an answer. */
export async function traceRun({ traces }: Pick<Ports, 'traces'>, run: RunRecord): Promise<Traced> {
  const { endedAt } = run;
  if (endedAt === undefined) return {};
  try {
    await traces.report(run.batch, toTrace({ ...run, endedAt }));
    return {};
  } catch (error) {
    return { untraced: (error as Error).message };
  }
}
