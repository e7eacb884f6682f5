/** Names by which entry points start and wake orchestrations. There is one pipeline per environment, under its id. */
export const pipelineId = 'pipeline';
export const wakeUpEvent = 'wakeUp';
export const publisherId = 'streams-publisher';
export const supervisorId = (layer: string): string => `stream-${layer}`;
