import { getBatchTime } from '../../medallion/files/manifest.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { clockShift } from './fault-list.ts';

/** So far from ours may be a time that the app has written. */
export const toleranceMilliseconds = clockShift + 15_000;

/** A roll back shows what was, as the person wants it. */
export const isRollBack = (name: string): boolean => name.split('-').length > 3;

/** When the newest batch of a run was formed. Whatever bronze did before that is in the run. */
export const getFormedAt = ({ batch, batches = [] }: RunRecord): number =>
  Math.max(...(batches.length > 0 ? batches : [batch]).map((name) => getBatchTime(name).getTime()));
