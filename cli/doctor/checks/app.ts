import { z } from 'zod';
import { type Context, find } from '../../deployment/context.ts';
import { getAppHost } from '../../deployment/lookups.ts';
import { isDeployed } from '../../deployment/steps/code.ts';
import { type Check, getCall, type Problem } from '../check.ts';

const Status = z.object({
  orchestrationStatus: z.string().optional(),
  pipelineState: z.object({ state: z.string(), reason: z.string() }).optional(),
});
const Subscription = z.object({ properties: z.object({ provisioningState: z.string() }) });

/** A header that the platform in front of the app has to take away. */
const forged = Buffer.from(
  JSON.stringify({
    auth_typ: 'aad',
    claims: [
      { typ: 'name', val: 'doctor' },
      { typ: 'roles', val: 'operator' },
    ],
  }),
).toString('base64');

async function lookAtHealth(context: Context): Promise<Problem[]> {
  const host = await getAppHost(context);
  const { status } = await context.ports.send({ service: 'app', host, method: 'GET', path: '/api/health' });
  if (status === 200) return [];
  const cure = (await isDeployed(context))
    ? `az webapp log tail --name func-${context.suffix} --resource-group ${context.group}`
    : getCall(context, 'code');
  return [{ what: `'${host}' answers ${status} to '/api/health'`, cure }];
}

async function lookAtAnonymous(context: Context): Promise<Problem[]> {
  const host = await getAppHost(context);
  const request = { service: 'app', host, method: 'GET', path: '/api/status', isAnonymous: true } as const;
  const problems: Problem[] = [];
  for (const { headers, who } of [
    { headers: {}, who: 'anybody' },
    { headers: { 'x-ms-client-principal': forged }, who: 'anybody who sends the header of the platform' },
  ]) {
    const { status } = await context.ports.send({ ...request, headers });
    if (status < 400)
      problems.push({ what: `${who} may read '/api/status' without a token`, cure: getCall(context, 'code') });
  }
  return problems;
}

async function lookAtState(context: Context): Promise<Problem[]> {
  const host = await getAppHost(context);
  const status = await find(context, { service: 'app', host, path: '/api/status' }, Status);
  const { pipelineState } = status ?? {};
  if (pipelineState?.state === 'halted')
    return [
      {
        what: `the pipeline is halted: ${pipelineState.reason}`,
        cure: `correct the cause, then: POST https://${host}/api/pipeline/resume`,
      },
    ];
  if (pipelineState?.state === 'paused' && pipelineState.reason.startsWith('deployment '))
    return [
      {
        what: `a deployment has paused the pipeline and did not end: ${pipelineState.reason}`,
        cure: `npm run deploy -- --env ${context.environment.name} --from hold`,
      },
    ];
  return [];
}

/** Of files that are closed, and of those that are moved into place. */
const eventSubscriptions = ['blob-landed', 'path-renamed'];

async function lookAtEvents(context: Context): Promise<Problem[]> {
  const topic = `${context.groupId}/providers/Microsoft.EventGrid/systemTopics/evgt-landing-${context.suffix}`;
  const problems = await Promise.all(
    eventSubscriptions.map(async (name) => {
      const path = `${topic}/eventSubscriptions/${name}?api-version=2025-02-15`;
      const subscription = await find(context, { service: 'azure', path }, Subscription);
      const state = subscription?.properties.provisioningState ?? 'not there';
      if (state === 'Succeeded') return [];
      return [{ what: `the event subscription '${name}' is ${state}`, cure: getCall(context, 'events') }];
    }),
  );
  return problems.flat();
}

const createCheck = (name: string, why: string, look: Check['look']): Check => ({ group: 'app', name, why, look });

export const app: readonly Check[] = [
  createCheck('health', 'nothing is registered while the app does not answer', lookAtHealth),
  createCheck('sign-in', 'the app believes the header that the platform sets', lookAtAnonymous),
  createCheck('state of the pipeline', 'files are registered, and wait', lookAtState),
  createCheck('event subscription', 'without events a file waits for the sweep', lookAtEvents),
];
