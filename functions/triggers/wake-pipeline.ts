import type { DurableClient } from 'durable-functions';
import { landedEvent, pipelineId } from '../../orchestrations/pipeline.ts';
import { startOnce, statusOf } from './start-once.ts';

/** Rings at the pipeline's door, and starts the pipeline if nobody lives there. */
export async function wakePipeline(client: DurableClient): Promise<void> {
  if (!(await startOnce(client, 'pipeline', pipelineId, {}))) await client.raiseEvent(pipelineId, landedEvent, {});
}

export const pipelineStatus = (client: DurableClient): Promise<string> => statusOf(client, pipelineId);
