import { z } from 'zod';
import { type Context, find, tell } from '../context.ts';
import type { Difference } from '../engine.ts';
import { type AzureDevOps, azureDevOps } from './azure-devops.ts';

const Checks = z.object({
  value: z.array(
    z.object({
      type: z.object({ name: z.string() }),
      settings: z
        .object({
          definitionRef: z.object({ name: z.string() }).optional(),
          inputs: z.object({ allowedBranches: z.string().optional() }).optional(),
          approvers: z.array(z.object({ id: z.string() })).optional(),
        })
        .optional(),
    }),
  ),
});
type Check = z.infer<typeof Checks>['value'][number];

interface Resource {
  readonly type: 'endpoint' | 'environment';
  readonly id: string;
}

interface WantedCheck {
  readonly what: string;
  readonly isMet: (check: Check) => boolean;
  readonly body: object;
}

/** Checks of the connection bind everything that uses it. Those of the environment bind only jobs that name it. */
function listWantedChecks({ approvers, branch }: AzureDevOps): WantedCheck[] {
  const branchControl: WantedCheck = {
    what: `allow only '${branch}'`,
    isMet: ({ settings }) => settings?.inputs?.allowedBranches === branch,
    body: {
      type: { id: 'fe1de3ee-a436-41b4-bb20-f6eb4cb879a7', name: 'Task Check' },
      settings: {
        displayName: 'Branch control',
        definitionRef: {
          id: '86b05a0c-73e6-4f7d-b3cf-e38f3b39a75b',
          name: 'evaluatebranchProtection',
          version: '0.0.1',
        },
        inputs: { allowedBranches: branch, ensureProtectionOfBranch: 'true', allowUnknownStatusBranch: 'false' },
      },
      timeout: 43200,
    },
  };
  const lock: WantedCheck = {
    what: 'deploy one release at a time',
    isMet: ({ type }) => type.name === 'ExclusiveLock',
    body: { type: { id: '2ef31ad6-baa0-403a-8b45-2cbc9b4e5563', name: 'ExclusiveLock' }, settings: {} },
  };
  const approval: WantedCheck = {
    what: 'ask for an approval',
    isMet: ({ settings, type }) =>
      type.name === 'Approval' && approvers.every((id) => settings?.approvers?.some((entry) => entry.id === id)),
    body: {
      type: { id: '8c6f20a7-a545-4486-9777-f762fafe0d4d', name: 'Approval' },
      settings: {
        approvers: approvers.map((id) => ({ id })),
        minRequiredApprovers: 1,
        requesterCannotBeApprover: true,
      },
      timeout: 43200,
    },
  };
  return approvers.length > 0 ? [branchControl, lock, approval] : [branchControl, lock];
}

export async function compareChecks(context: Context, wanted: AzureDevOps, resource: Resource): Promise<Difference[]> {
  const query = `resourceType=${resource.type}&resourceId=${resource.id}&$expand=settings&api-version=7.1-preview.1`;
  const request = azureDevOps(wanted, `pipelines/checks/configurations?${query}`);
  const { value } = (await find(context, request, Checks)) ?? { value: [] };
  return listWantedChecks(wanted)
    .filter(({ isMet }) => !value.some(isMet))
    .map(({ body, what }) => ({
      what: `check of the ${resource.type === 'endpoint' ? 'connection' : 'environment'} '${context.suffix}': ${what}`,
      apply: () => {
        const create = azureDevOps(wanted, 'pipelines/checks/configurations?api-version=7.1-preview.1');
        return tell(context, { ...create, method: 'POST', body: { ...body, resource } });
      },
    }));
}
