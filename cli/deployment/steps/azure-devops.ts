import type { Context } from '../context.ts';

export type AzureDevOps = Extract<NonNullable<Context['deployment']['delivery']>, { kind: 'azure-devops' }>;

/** A request of the project's API, or of the organization's where the project is empty. */
export const azureDevOps = (
  { organization, project }: Pick<AzureDevOps, 'organization' | 'project'>,
  path: string,
) => ({
  service: 'azure-devops' as const,
  path: `/${[organization, ...(project ? [encodeURIComponent(project)] : [])].join('/')}/_apis/${path}`,
});
