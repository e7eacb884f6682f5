import { z } from 'zod';
import { type Context, find, tell } from '../context.ts';
import type { Difference } from '../engine.ts';

const Lists = z.object({
  ip_access_lists: z
    .array(
      z.object({
        list_id: z.string(),
        label: z.string(),
        ip_addresses: z.array(z.string()).default([]),
        enabled: z.boolean().default(true),
      }),
    )
    .default([]),
});
const Switch = z.object({ enableIpAccessLists: z.string().nullish() });

const listsPath = '/api/2.0/ip-access-lists';
const switchPath = '/api/2.0/workspace-conf';

/**
 * The addresses that reach the workspace, where only ranges of them may. Databricks refuses a list without the address
 * that sends it, so nobody locks themselves out. A workspace that somebody else owns has lists of its owner's.
 */
export async function compareAccessList(context: Context, host: string): Promise<Difference[]> {
  const { ranges, workspace } = context.deployment;
  if (workspace !== undefined) return [];
  const list = await findList(context, host);
  if (ranges === undefined) return list ? [createRemoval(context, host, list.list_id)] : [];
  const differences: Difference[] = [];
  if (!list?.enabled || list.ip_addresses.toSorted().join() !== ranges.toSorted().join())
    differences.push(createList(context, host, ranges, list?.list_id));
  if (!(await isSwitchedOn(context, host))) {
    const request = { service: 'databricks', host, method: 'PATCH', path: switchPath } as const;
    const apply = () => tell(context, { ...request, body: { enableIpAccessLists: 'true' } });
    differences.push({ what: 'refuse all other addresses in the workspace', apply });
  }
  return differences;
}

/** The list that is the environment's own, among those that people have made. */
async function findList(context: Context, host: string) {
  const answer = await find(context, { service: 'databricks', host, path: listsPath }, Lists);
  return answer?.ip_access_lists.find(({ label }) => label === context.suffix);
}

async function isSwitchedOn(context: Context, host: string): Promise<boolean> {
  const request = { service: 'databricks', host, path: `${switchPath}?keys=enableIpAccessLists` } as const;
  return (await find(context, request, Switch))?.enableIpAccessLists === 'true';
}

function createList(context: Context, host: string, ranges: readonly string[], id: string | undefined): Difference {
  const body = { label: context.suffix, list_type: 'ALLOW', ip_addresses: ranges };
  const request =
    id === undefined
      ? ({ method: 'POST', path: listsPath, body } as const)
      : ({ method: 'PUT', path: `${listsPath}/${id}`, body: { ...body, enabled: true } } as const);
  const apply = () => tell(context, { service: 'databricks', host, ...request });
  return { what: `let ${ranges.join(', ')} reach the workspace`, apply };
}

function createRemoval(context: Context, host: string, id: string): Difference {
  const apply = () =>
    tell(context, { service: 'databricks', host, method: 'DELETE', path: `${listsPath}/${id}`, body: {} });
  return { what: 'take away the list of addresses that reach the workspace', apply };
}
