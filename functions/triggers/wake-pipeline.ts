import type { DurableClient } from 'durable-functions';
import type { Ports } from '../../medallion/ports/index.ts';
import { pipelineId, wakeUpEvent } from '../../orchestrations/names.ts';
import { getStatus, isAlive, startOnce } from './start-once.ts';

/** Wakes the pipeline, or starts it if it is not there. One that is paused is left alone: whoever resumes it wakes it. */
export async function wakePipeline(
  client: DurableClient,
  { pipelineControl }: Pick<Ports, 'pipelineControl'>,
): Promise<void> {
  if ((await pipelineControl.getState())?.state === 'paused') return;
  if (!(await startOnce(client, 'pipeline', pipelineId, {}))) await client.raiseEvent(pipelineId, wakeUpEvent, {});
}

/** Wakes a pipeline that has just been paused and waits for files, so that it ends. */
export async function endPipeline(client: DurableClient): Promise<void> {
  if (await isAlive(client, pipelineId)) await client.raiseEvent(pipelineId, wakeUpEvent, {});
}

export const getPipelineStatus = (client: DurableClient): Promise<string> => getStatus(client, pipelineId);
