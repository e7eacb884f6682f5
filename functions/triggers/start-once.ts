import { type DurableClient, OrchestrationRuntimeStatus } from 'durable-functions';

const aliveStatuses: readonly OrchestrationRuntimeStatus[] = [
  OrchestrationRuntimeStatus.Running,
  OrchestrationRuntimeStatus.Pending,
  OrchestrationRuntimeStatus.Suspended,
  OrchestrationRuntimeStatus.ContinuedAsNew,
];

/** Starts an orchestration under an id that only one of them has; true if it was not alive before. */
export async function startOnce(client: DurableClient, name: string, id: string, input: object): Promise<boolean> {
  if (await isAlive(client, id)) return false;
  try {
    await client.startNew(name, { instanceId: id, input });
    return true;
  } catch (error) {
    // The look and the start are two steps: somebody may have started it in between, which is just as well.
    if (!(await isAlive(client, id))) throw error;
    return false;
  }
}

export async function getStatus(client: DurableClient, id: string): Promise<string> {
  try {
    return (await client.getStatus(id)).runtimeStatus;
  } catch (error) {
    // The client throws for an instance that has never been, with the number only in the text.
    if (/404/.test((error as Error).message)) return 'NotStarted';
    throw error;
  }
}

export async function isAlive(client: DurableClient, id: string): Promise<boolean> {
  return aliveStatuses.includes((await getStatus(client, id)) as OrchestrationRuntimeStatus);
}
