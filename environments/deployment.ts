import { z } from 'zod';

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day in UTC, such as 02:30');

/** What the templates and the bundle need to make an environment. The app itself does not read it. */
export const Deployment = z.strictObject({
  location: z.string().regex(/^[a-z0-9]+$/, 'must be the name of an Azure region, such as westeurope'),
  redundancy: z.enum(['Standard_LRS', 'Standard_ZRS']),
  /** Private: storage and workspace answer inside the virtual network alone. */
  networkAccess: z.enum(['public', 'private']),
  /** Locked: the accounts cannot be deleted before somebody takes the lock away. */
  isLocked: z.boolean(),
  addressSpace: z.cidrv4().regex(/\/22$/, 'must be a /22, of which each subnet takes its part'),
  app: z.strictObject({
    instanceMemoryMB: z.union([z.literal(512), z.literal(2048), z.literal(4096)]),
    maxInstances: z.int().min(40).max(1000),
  }),
  api: z.strictObject({ applicationId: z.uuid(), callers: z.array(z.uuid()) }),
  /** How a deployment is verified. With `smoke` nothing is landed or published, and there is no identity that could. */
  verify: z.enum(['integration', 'smoke']),
  runAs: z.strictObject({ jobs: z.uuid(), tester: z.uuid().optional() }),
  federatedCredential: z.strictObject({ issuer: z.url({ protocol: /^https$/ }), subject: z.string().min(1) }),
  schedule: z.strictObject({ sweepIntervalMinutes: z.int().min(1).max(30), maintenanceAt: time }),
  logs: z.strictObject({
    retentionDays: z.int().min(30).max(730),
    dailyGigabytes: z.int().min(1).optional(),
  }),
  /** Azure counts over these spans and no others. */
  alerts: z.strictObject({
    email: z.email(),
    noDataHours: z.union([1, 2, 3, 4, 5, 6, 24, 48].map((hours) => z.literal(hours))),
  }),
  budget: z.strictObject({
    monthly: z.int().min(1),
    from: z.iso.date().regex(/-01$/, 'must be the first day of a month'),
  }),
  tags: z.strictObject({ owner: z.string().min(1), costCenter: z.string().min(1) }),
});
