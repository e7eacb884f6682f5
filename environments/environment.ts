import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Groups } from '../medallion/groups.ts';
import { Tuning } from '../medallion/tuning.ts';
import { Deployment, isStorageClosed } from './deployment.ts';

const address = z.url({ protocol: /^https?$/ });

/** A managed identity in Azure. On one machine, keys that were made there: a file that only its owner can read. */
const Identity = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('managed'), clientId: z.uuid().optional() }),
  z.strictObject({ kind: z.literal('local'), keysFile: z.string().min(1) }),
]);

const Container = z.strictObject({ account: address, container: z.string().regex(/^[a-z0-9-]{3,63}$/) });

const Databricks = z.strictObject({
  workspaceUrl: z.url({ protocol: /^https$/ }).optional(),
  warehouseId: z.string().min(1).optional(),
  catalog: z.string().regex(/^[a-z0-9_]+$/),
  jobs: z.strictObject({ bronze: z.string().min(1), silver: z.string().min(1), gold: z.string().min(1) }),
  groups: Groups,
  /** Folders as the jobs see them: a volume in Databricks, a plain folder on one machine. */
  landingRoot: z.string().startsWith('/'),
  controlRoot: z.string().startsWith('/'),
  recordsRoot: z.string().startsWith('/'),
});

const mode = z.enum(['triggered', 'continuous']);

/** Where the operator runs. Every key is described in `environments/README.md`. */
const Keys = z.strictObject({
  $schema: z.literal('./environment.schema.json').optional(),
  name: z.string().regex(/^[a-z][a-z0-9-]{1,11}$/, 'must have 2 to 12 small letters, digits or hyphens'),
  /** Beginning of every name in Azure and Databricks. */
  prefix: z
    .string()
    .regex(/^[a-z][a-z0-9]{1,11}$/, 'must have 2 to 12 small letters or digits')
    .optional(),
  /** The folder of what is computed there, below the app's own or as a whole path. */
  project: z.string().min(1),
  identity: Identity,
  landing: Container,
  control: Container,
  records: Container,
  stateTable: z.strictObject({ account: address, table: z.string().regex(/^[A-Za-z][A-Za-z0-9]{2,62}$/) }),
  databricks: Databricks,
  tuning: Tuning,
  modes: z.strictObject({ bronze: mode, silver: mode, gold: mode }),
  deployment: Deployment.optional(),
});

/** A place in Azure has to be made; one machine has nothing to deploy. Told beside all other problems, not after them. */
export const Environment = Keys.refine(
  ({ deployment, identity }) => identity?.kind !== 'managed' || deployment !== undefined,
  { path: ['deployment'], message: 'is needed where the identity is managed', when: () => true },
)
  .refine(
    // The operator's token goes there: to a workspace of Azure's, and nowhere else.
    ({ databricks, identity }) =>
      identity?.kind !== 'managed' ||
      databricks?.workspaceUrl === undefined ||
      /^https:\/\/[\w.-]+\.azuredatabricks\.net\/?$/.test(databricks.workspaceUrl),
    { path: ['databricks', 'workspaceUrl'], message: 'is no workspace in azuredatabricks.net', when: () => true },
  )
  .refine(
    // The clusters of streams keep files in the workspace's own storage, which they do not reach where it is closed.
    ({ deployment, modes }) =>
      !isStorageClosed(deployment) || Object.values(modes ?? {}).every((mode) => mode === 'triggered'),
    { path: ['modes'], message: 'can only be triggered where reach is not public', when: () => true },
  );
export type Environment = z.infer<typeof Environment>;

export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** What Azure decides when an environment is made. It stands in no file: the settings of the app bring it. */
type Settings = Readonly<Record<string, string | undefined>>;

/** Reads an environment file, or says everything that is wrong with it at once. */
export function readEnvironment(file: string, settings: Settings = {}): Environment {
  let content: unknown;
  try {
    content = addIds(JSON.parse(readFileSync(file, 'utf8')), settings);
  } catch (cause) {
    throw new EnvironmentError(`Environment file '${file}' cannot be read: ${(cause as Error).message}`, { cause });
  }
  const parsed = Environment.safeParse(content);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `  - ${describe(issue, content)}`);
  throw new EnvironmentError(
    [
      `Environment file '${file}' cannot be used:`,
      ...problems,
      'Every key is described in environments/README.md.',
    ].join('\n'),
  );
}

/** End of every name: the prefix, and the name of the environment. Bicep has the same function. */
export const getSuffix = ({ name, prefix = 'medallion' }: Pick<Environment, 'name' | 'prefix'>): string =>
  `${prefix}-${name}`;

/** The workspace that jobs run in. Files of environments in Azure do not name it. */
export function requireWorkspace({ databricks, name }: Environment): { url: string; warehouseId: string } {
  const { warehouseId, workspaceUrl } = databricks;
  if (workspaceUrl !== undefined && warehouseId !== undefined) return { url: workspaceUrl, warehouseId };
  throw new EnvironmentError(
    `The workspace of '${name}' is unknown. Set MEDALLION_WORKSPACE_URL and MEDALLION_WAREHOUSE_ID; 'npm run deploy' does so.`,
  );
}

function addIds(content: Record<string, Record<string, unknown>>, settings: Settings): unknown {
  const identity = { ...content['identity'] };
  const databricks = { ...content['databricks'] };
  if (settings['MEDALLION_CLIENT_ID']) identity['clientId'] = settings['MEDALLION_CLIENT_ID'];
  if (settings['MEDALLION_WORKSPACE_URL']) databricks['workspaceUrl'] = settings['MEDALLION_WORKSPACE_URL'];
  if (settings['MEDALLION_WAREHOUSE_ID']) databricks['warehouseId'] = settings['MEDALLION_WAREHOUSE_ID'];
  return { ...content, identity, databricks };
}

function describe(issue: z.core.$ZodIssue, content: unknown): string {
  const place = issue.path.join('.') || 'top level';
  const value = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    content,
  );
  const shown = issue.code === 'unrecognized_keys' ? '' : ` (found ${JSON.stringify(value) ?? 'nothing'})`;
  return `${place}: ${issue.message}${shown}`;
}
