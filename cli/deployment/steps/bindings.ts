import { z } from 'zod';
import { type Context, find, tell } from '../context.ts';
import type { Difference, Step } from '../engine.ts';
import { getWorkspace } from '../lookups.ts';

const Securable = z.object({ isolation_mode: z.string().optional() });
const Bindings = z.object({ bindings: z.array(z.object({ workspace_id: z.number() })).default([]) });

export interface SecurableName {
  readonly kind: 'catalog' | 'storage_credential' | 'external_location';
  readonly list: string;
  readonly name: string;
}

/** Everything of the environment that the whole metastore would see otherwise. */
export const listSecurables = ({ environment, suffix }: Pick<Context, 'environment' | 'suffix'>): SecurableName[] => [
  { kind: 'catalog', list: 'catalogs', name: environment.databricks.catalog },
  { kind: 'storage_credential', list: 'storage-credentials', name: suffix },
  ...['tables', 'landing', 'control', 'records'].map((part) => ({
    kind: 'external_location' as const,
    list: 'external-locations',
    name: `${suffix}-${part}`,
  })),
];

export const bindings: Step = {
  name: 'bindings',
  rights: 'the pipeline, with MANAGE on catalog, locations and credential',
  summary: 'catalog, locations and credential, for the workspace of the environment alone',
  async compare(context) {
    const { host, number } = await getWorkspace(context);
    const differences: Difference[] = [];
    for (const securable of listSecurables(context))
      differences.push(...(await compareSecurable(context, host, Number(number), securable)));
    return differences;
  },
};

/** Without the mode a binding has no effect, and without a binding an isolated object is seen by nobody. */
async function compareSecurable(
  context: Context,
  host: string,
  workspace: number,
  { kind, list, name }: SecurableName,
): Promise<Difference[]> {
  const request = { service: 'databricks' as const, host, path: `/api/2.1/unity-catalog/${list}/${name}` };
  const securable = await find(context, request, Securable);
  // The first deployment of the bundle makes it.
  if (!securable) return [];
  const place = { ...request, path: `/api/2.1/unity-catalog/bindings/${kind}/${name}` };
  const bound = ((await find(context, place, Bindings))?.bindings ?? []).map((entry) => entry.workspace_id);
  const others = bound.filter((id) => id !== workspace);
  const differences: Difference[] = [];
  if (!bound.includes(workspace) || others.length > 0) {
    const body = {
      add: [{ workspace_id: workspace, binding_type: 'BINDING_TYPE_READ_WRITE' }],
      remove: others.map((id) => ({ workspace_id: id, binding_type: 'BINDING_TYPE_READ_WRITE' })),
    };
    const apply = () => tell(context, { ...place, method: 'PATCH', body });
    differences.push({ what: `bind the ${kind} '${name}' to this workspace alone`, apply });
  }
  if (!/^(ISOLATION_MODE_)?ISOLATED$/.test(securable.isolation_mode ?? '')) {
    const body = { isolation_mode: kind === 'catalog' ? 'ISOLATED' : 'ISOLATION_MODE_ISOLATED' };
    const apply = () => tell(context, { ...request, method: 'PATCH', body });
    differences.push({ what: `isolate the ${kind} '${name}'`, apply });
  }
  return differences;
}
