import * as z from 'zod';
import { runConditions } from './definition.ts';

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const seconds = z.coerce.number().int().min(0);

const task = z.looseObject({
  task_key: z.string().min(1),
  depends_on: z.array(z.looseObject({ task_key: z.string() })).default([]),
  run_if: z.enum(runConditions).default('ALL_SUCCESS'),
  max_retries: z.coerce.number().int().default(0),
  min_retry_interval_millis: seconds.default(0),
  retry_on_timeout: z.boolean().default(false),
  timeout_seconds: seconds.default(0),
  python_wheel_task: z.looseObject({
    package_name: z.string(),
    entry_point: z.string(),
    named_parameters: z.record(z.string(), text).optional(),
    parameters: z.array(text).optional(),
  }),
});

/** Whom a job runs as, and who has a right: one of the three names. */
export const Principal = z.looseObject({
  user_name: z.string().optional(),
  group_name: z.string().optional(),
  service_principal_name: z.string().optional(),
});
export type Principal = z.infer<typeof Principal>;

/** The part of a job's settings that is acted on; everything else is kept and shown by `jobs/get`. */
export const JobSettings = z.looseObject({
  name: z.string().min(1),
  parameters: z.array(z.object({ name: z.string(), default: text })).default([]),
  max_concurrent_runs: z.coerce.number().int().min(0).max(1000).default(1),
  queue: z.looseObject({ enabled: z.boolean() }).optional(),
  timeout_seconds: seconds.default(0),
  run_as: Principal.optional(),
  tasks: z.array(task).min(1),
});
export type JobSettings = z.infer<typeof JobSettings>;

const grant = z.looseObject({ principal: z.string(), privileges: z.array(z.string()) });
const volume = z.looseObject({ grants: z.array(grant).default([]) });
const resources = z.looseObject({
  jobs: z.record(z.string(), z.unknown()).default({}),
  volumes: z.record(z.string(), volume).default({}),
});
const variable = z.looseObject({ default: z.unknown().optional() });

/** A bundle file. Included files have the same form. */
export const BundleFile = z.looseObject({
  bundle: z.looseObject({ name: z.string() }).optional(),
  include: z.array(z.string()).default([]),
  variables: z.record(z.string(), variable).default({}),
  resources: resources.optional(),
  permissions: z.array(z.unknown()).default([]),
  run_as: z.unknown().optional(),
  targets: z
    .record(
      z.string(),
      z
        .looseObject({
          variables: z.record(z.string(), z.unknown()).default({}),
          resources: resources.optional(),
          permissions: z.array(z.unknown()).default([]),
          run_as: z.unknown().optional(),
        })
        .nullable()
        .default(null),
    )
    .default({}),
});
export type BundleFile = z.infer<typeof BundleFile>;
