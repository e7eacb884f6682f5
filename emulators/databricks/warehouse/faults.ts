import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from '../../shared/faults.ts';
import type { Frame } from '../engine/spark-calls.ts';

/**
 * What happens to a statement on purpose. One that is late has not reached Spark yet, so that neither its timeout nor its
 * caller can end it: it runs when its time has come, as a statement that a cluster lost sight of.
 */
export async function applyStatementFaults(due: readonly Fault[]): Promise<Frame | undefined> {
  for (const fault of due) {
    if (fault.do === 'delay') await wait(fault.milliseconds, undefined, { ref: false });
    if (fault.do === 'fail') return createRefusal(fault.body);
  }
  return undefined;
}

function createRefusal({ message, sqlState }: Record<string, unknown> = {}): Frame {
  const error = {
    message: String(message ?? 'The statement was refused on purpose.'),
    condition: null,
    sqlState: String(sqlState ?? '42501'),
  };
  return { head: { error }, bytes: Buffer.alloc(0) };
}
