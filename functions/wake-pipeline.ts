import { type DurableClient, OrchestrationRuntimeStatus } from 'durable-functions';
import { landedEvent, pipelineId } from '../orchestrations/pipeline.ts';

const live: readonly OrchestrationRuntimeStatus[] = [
  OrchestrationRuntimeStatus.Running,
  OrchestrationRuntimeStatus.Pending,
  OrchestrationRuntimeStatus.Suspended,
  OrchestrationRuntimeStatus.ContinuedAsNew,
];

/** Rings at the pipeline's door, and starts the pipeline if nobody lives there. */
export async function wakePipeline(client: DurableClient): Promise<void> {
  if (!(await isAlive(client))) {
    try {
      await client.startNew('pipeline', { instanceId: pipelineId, input: {} });
      return;
    } catch (error) {
      // The look and the start are two steps: somebody may have started it in between, which is just as well.
      if (!(await isAlive(client))) throw error;
    }
  }
  await client.raiseEvent(pipelineId, landedEvent, {});
}

export async function pipelineStatus(client: DurableClient): Promise<string> {
  try {
    return (await client.getStatus(pipelineId)).runtimeStatus;
  } catch (error) {
    // The client throws for an instance that has never been, with the number only in the text.
    if (/404/.test((error as Error).message)) return 'NotStarted';
    throw error;
  }
}

async function isAlive(client: DurableClient): Promise<boolean> {
  return live.includes((await pipelineStatus(client)) as OrchestrationRuntimeStatus);
}
