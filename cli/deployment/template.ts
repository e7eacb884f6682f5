import { z } from 'zod';
import { UserError } from '../user-error.ts';
import { type Context, change, find, isMissing, NotYetError, tell } from './context.ts';
import type { Difference } from './engine.ts';

interface Template {
  readonly name: string;
  readonly scope: 'subscription' | 'group';
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Nothing in it can be modified, so a preview that shows so does not know better. */
  readonly isImmutable?: boolean;
}

const Changes = z.object({
  status: z.string().optional(),
  error: z.object({ code: z.string().optional(), message: z.string() }).optional(),
  properties: z
    .object({ changes: z.array(z.object({ changeType: z.string(), resourceId: z.string() })).default([]) })
    .optional(),
});
const Deployment = z.object({
  properties: z.object({
    provisioningState: z.string(),
    timestamp: z.string().optional(),
    error: z.unknown().optional(),
  }),
});

const version = 'api-version=2025-04-01';
const pollSeconds = 5;

/** What Azure says that a deployment of the template would change; one difference if there is any. */
export async function compareTemplate(context: Context, template: Template): Promise<Difference[]> {
  const { properties: wanted, ...rest } = await createBody(context, template);
  // Whoever plans has no right to write, and needs none to ask.
  const body = { ...rest, properties: { ...wanted, validationLevel: 'ProviderNoRbac' } };
  const request = {
    service: 'azure',
    method: 'POST',
    path: `${getPath(context, template)}/whatIf?${version}`,
    body,
  } as const;
  const answer = await context.ports.send(request);
  if (template.scope === 'group' && isMissing(answer))
    throw new NotYetError(`The resource group '${context.group}' is not there yet.`);
  const { error, properties } = await change(
    { ports: { ...context.ports, send: async () => answer } },
    request,
    Changes,
  );
  if (error) throw new UserError(`Azure cannot tell what '${template.name}' would change: ${error.message}`);
  const kinds = template.isImmutable ? ['Create', 'Delete'] : ['Create', 'Modify', 'Delete'];
  const changes = (properties?.changes ?? []).filter(({ changeType }) => kinds.includes(changeType));
  if (changes.length === 0) return [];
  const deleted = changes.some(({ changeType }) => changeType === 'Delete');
  const names = changes.map(
    ({ changeType, resourceId }) => `${changeType.toLowerCase()} ${resourceId.split('/').at(-1)}`,
  );
  return [
    {
      what: `template '${template.name}': ${names.join(', ')}`,
      ...(deleted ? { isDestructive: true } : {}),
      isPreview: true,
      apply: () => deployTemplate(context, template),
    },
  ];
}

/** Deploys, and waits for the end. */
export async function deployTemplate(context: Context, template: Template): Promise<void> {
  const path = `${getPath(context, template)}?${version}`;
  await tell(context, { service: 'azure', method: 'PUT', path, body: await createBody(context, template) });
  for (;;) {
    const deployment = await find(context, { service: 'azure', path }, Deployment);
    const { error, provisioningState } = deployment?.properties ?? { provisioningState: 'Failed' };
    if (provisioningState === 'Succeeded') return;
    if (['Failed', 'Canceled'].includes(provisioningState))
      throw new UserError(`Azure could not deploy '${template.name}': ${JSON.stringify(error ?? provisioningState)}`);
    await context.ports.wait(pollSeconds);
  }
}

/** When a template of the resource group was deployed for the last time. */
export async function findDeploymentTime(context: Context, name: string): Promise<Date | undefined> {
  const path = `${getPath(context, { name, scope: 'group' })}?${version}`;
  const deployment = await find(context, { service: 'azure', path }, Deployment);
  return deployment?.properties.timestamp === undefined ? undefined : new Date(deployment.properties.timestamp);
}

const getPath = ({ groupId, suffix, subscriptionId }: Context, { name, scope }: Pick<Template, 'name' | 'scope'>) =>
  `${scope === 'group' ? groupId : subscriptionId}/providers/Microsoft.Resources/deployments/${name}-${suffix}`;

async function createBody({ deployment, environment, ports }: Context, { name, parameters, scope }: Template) {
  const all = { environment, ...parameters };
  const values = Object.fromEntries(Object.entries(all).map(([key, value]) => [key, { value }]));
  const template = await ports.programs.compileTemplate(name);
  return {
    ...(scope === 'subscription' ? { location: deployment.location } : {}),
    properties: { mode: 'Incremental', template, parameters: values },
  };
}
