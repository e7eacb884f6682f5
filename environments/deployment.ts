import { z } from 'zod';

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day in UTC, such as 02:30');

const workspaceId =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Databricks\/workspaces\/[^/]+$/;

const networkId =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+$/;

const groupId = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/;

/** Object ids of groups in the directory. A role of the API without a group has nobody. */
const People = z.strictObject({
  reader: z.uuid().optional(),
  operator: z.uuid().optional(),
  privacy: z.uuid().optional(),
  /** Reads logs and metrics. */
  onDuty: z.uuid().optional(),
});

/** Who lands files from outside, by object id, and in the folders of which datasets. */
const Producer = z.strictObject({
  name: z.string().min(1),
  principalId: z.uuid(),
  kind: z.enum(['User', 'Group', 'ServicePrincipal']),
  datasets: z.array(z.string().regex(/^[a-z]\w*$/, 'must be the name of a dataset')).min(1),
});

/** Who is told of some alerts, besides the people on duty. */
const Receiver = z.strictObject({
  name: z.string().min(1),
  email: z.email(),
  severities: z.array(z.union([z.literal(1), z.literal(2), z.literal(3)])).min(1),
});

/** Where the pipeline runs, from which branch, and who approves. Without it only people deploy. */
const Delivery = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('azure-devops'),
    organization: z.string().regex(/^[\w-]+$/),
    project: z.string().min(1),
    branch: z.string().startsWith('refs/heads/'),
    approvers: z.array(z.uuid()),
  }),
  z.strictObject({
    kind: z.literal('github'),
    repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'must be OWNER/NAME'),
    branch: z.string().startsWith('refs/heads/'),
    /** People by their names, and teams as ORGANIZATION/TEAM. GitHub takes six at most. */
    approvers: z.array(z.string().regex(/^[\w-]+(\/[\w-]+)?$/, 'must be a name or ORGANIZATION/TEAM')).max(6),
  }),
]);

/** A network that is joined with the environment's own, such as the hub of the company. */
const Peering = z.strictObject({
  networkId: z.string().regex(networkId, 'must be the id of a virtual network'),
  /** Whether the way out of the company, such as its VPN, ends in that network. */
  usesGateway: z.boolean(),
});

const Keys = z.strictObject({
  location: z.string().regex(/^[a-z0-9]+$/, 'must be the name of an Azure region, such as westeurope'),
  redundancy: z.enum(['Standard_LRS', 'Standard_ZRS']),
  /** Who reaches page, API and workspace. Storage is closed in all cases but the first. */
  reach: z.enum(['public', 'ranges', 'private']),
  /** Public addresses that reach page, API and workspace. */
  ranges: z
    .array(z.cidrv4().regex(/\/(?!0$)/, 'must not be the whole internet'))
    .min(1)
    .optional(),
  peerings: z.array(Peering).optional(),
  /** Locked: the accounts cannot be deleted before somebody takes the lock away. */
  isLocked: z.boolean(),
  addressSpace: z.cidrv4().regex(/\/22$/, 'must be a /22, of which each subnet takes its part'),
  app: z.strictObject({
    instanceMemoryMB: z.union([z.literal(512), z.literal(2048), z.literal(4096)]),
    maxInstances: z.int().min(40).max(1000),
    /** Two instances of each kind that are always on, which costs some hundred dollars. Some regions know no zones. */
    isZoneRedundant: z.boolean(),
  }),
  /** A workspace that somebody else owns. Without it one is made. */
  workspace: z.strictObject({ resourceId: z.string().regex(workspaceId, 'must be the id of a workspace') }).optional(),
  /** Private zones of a hub, by their resource group. Without it each closed environment has its own. */
  hubZones: z.strictObject({ groupId: z.string().regex(groupId, 'must be the id of a resource group') }).optional(),
  /** Id of the Databricks account, which no service tells. */
  databricksAccount: z.uuid().optional(),
  people: People,
  producers: z.array(Producer),
  delivery: Delivery.optional(),
  /** How a deployment is verified. With `smoke` nothing is landed or published, and there is no identity that could. */
  verify: z.enum(['integration', 'smoke']),
  schedule: z.strictObject({ sweepIntervalMinutes: z.int().min(1).max(30), maintenanceAt: time }),
  logs: z.strictObject({
    retentionDays: z.int().min(30).max(730),
    dailyGigabytes: z.int().min(1).optional(),
    /** Where each sweep sends its numbers, and each run its course, beside log and records. */
    otlpEndpoint: z.url().optional(),
  }),
  /** Azure counts over these spans and no others. */
  alerts: z.strictObject({
    email: z.email(),
    receivers: z.array(Receiver).optional(),
    noDataHours: z.union([1, 2, 3, 4, 5, 6, 24, 48].map((hours) => z.literal(hours))),
  }),
  budget: z.strictObject({ monthly: z.int().min(1) }),
  tags: z.strictObject({ owner: z.string().min(1), costCenter: z.string().min(1) }),
});

/** What the templates and the bundle need to make an environment. The app reads only `reach` and the address of a collector. */
export const Deployment = Keys.refine(({ ranges, reach }) => (reach === 'ranges') === (ranges !== undefined), {
  path: ['ranges'],
  message: 'is needed where reach is ranges, and has no effect elsewhere',
  when: () => true,
})
  .refine(({ hubZones, reach }) => reach !== 'public' || hubZones === undefined, {
    path: ['hubZones'],
    message: 'has no effect where reach is public, since there are no private addresses',
    when: () => true,
  })
  .refine(({ peerings = [] }) => !Array.isArray(peerings) || peerings.filter(hasGateway).length <= 1, {
    path: ['peerings'],
    message: 'can use the gateway of one network only',
    when: () => true,
  });

const hasGateway = ({ usesGateway }: z.infer<typeof Peering>): boolean => usesGateway;

/** Whether landing, lake and the workspace's own storage answer inside the virtual network alone. */
export const isStorageClosed = (deployment: Pick<z.infer<typeof Keys>, 'reach'> | undefined): boolean =>
  deployment !== undefined && deployment.reach !== 'public';
