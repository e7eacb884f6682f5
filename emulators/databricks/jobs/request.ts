import * as z from 'zod';

/** Refused by the workspace, with the status and the code that clients decide on. */
export class DatabricksApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function createInvalidParameterError(message: string): DatabricksApiError {
  return new DatabricksApiError(400, 'INVALID_PARAMETER_VALUE', message);
}

export function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw createInvalidParameterError(
    read.error.issues.map((issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`).join('; '),
  );
}

const id = z.coerce.number().int().min(0);
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
const page = { limit: z.coerce.number().int().optional(), offset: id.optional(), page_token: z.string().optional() };

export const RunNow = z.object({
  job_id: id,
  idempotency_token: z.string().max(64).optional(),
  job_parameters: z.record(z.string(), z.coerce.string()).default({}),
  queue: z.object({ enabled: z.boolean() }).optional(),
});

export const RunChoice = z.object({ run_id: id });
export const JobChoice = z.object({ job_id: id });
export const CancelAll = z.object({ job_id: id.optional(), all_queued_runs: z.boolean().default(false) });

export const RepairRun = z.strictObject({
  run_id: id,
  rerun_tasks: z.array(z.string()).default([]),
  rerun_all_failed_tasks: z.boolean().default(false),
  rerun_dependent_tasks: z.boolean().default(false),
  latest_repair_id: id.optional(),
});

export const ListJobs = z.object({ ...page, name: z.string().optional(), expand_tasks: flag.default(false) });

export const ListRuns = z.object({
  ...page,
  job_id: id.optional(),
  active_only: flag.default(false),
  completed_only: flag.default(false),
  start_time_from: id.optional(),
  start_time_to: id.optional(),
  expand_tasks: flag.default(false),
});

/** Pages are cut by position; the token says where the next one begins. */
export function parsePage(
  request: { limit?: number | undefined; offset?: number | undefined; page_token?: string | undefined },
  maxLimit: number,
): { limit: number; offset: number } {
  const limit = request.limit ?? 20;
  if (limit < 1 || limit > maxLimit)
    throw createInvalidParameterError(`limit: '${limit}' is out of range. Ask for 1 to ${maxLimit}.`);
  const offset = request.page_token === undefined ? (request.offset ?? 0) : Number(request.page_token);
  if (!Number.isSafeInteger(offset))
    throw createInvalidParameterError(`page_token: '${request.page_token}' is not one that was handed out.`);
  return { limit, offset };
}
