import type { DurableClient } from 'durable-functions';
import { pipelineId, wakeUpEvent } from '../../orchestrations/names.ts';
import { getStatus, startOnce } from './start-once.ts';

/** Wakes the pipeline, or starts it if it is not there. */
export async function wakePipeline(client: DurableClient): Promise<void> {
  if (!(await startOnce(client, 'pipeline', pipelineId, {}))) await client.raiseEvent(pipelineId, wakeUpEvent, {});
}

export const getPipelineStatus = (client: DurableClient): Promise<string> => getStatus(client, pipelineId);
