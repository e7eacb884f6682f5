import type { Ports } from '../../medallion/ports/index.ts';

/** Whether anything waits for the pipeline. Whoever brought it may have gone before the pipeline was told. */
export const isWorkWaiting = async ({ plans, queue }: Pick<Ports, 'plans' | 'queue'>): Promise<boolean> =>
  (await queue.next(1)).length > 0 || (await plans.nextQueued()) !== undefined;
