import type { Environment } from '../environments/environment.ts';
import { JobServiceError } from '../medallion/errors.ts';
import type { Layer } from '../medallion/layer.ts';
import type { Jobs } from '../medallion/ports/jobs.ts';
import {
  createIdempotencyToken,
  type JobOrder,
  JobRunResponse,
  type JobState,
  type Submission,
  toJobState,
} from '../medallion/runs/job.ts';
import type { Credentials } from './credentials.ts';

const timeoutSeconds = 60;

/** So much of an error is kept: whatever a gateway says ends up in logs and records. */
const maxErrorLength = 2000;

type ApiResponse =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** Launches the jobs of the layers and looks after their runs. */
export function createJobsClient({ databricks }: Environment, { databricksToken }: Credentials): Jobs {
  const ids = new Map<Layer, string>();

  async function request(method: 'GET' | 'POST', path: string, body?: string): Promise<ApiResponse> {
    const url = `${databricks.workspaceUrl}/api/2.2/jobs/${path}`;
    const headers = { authorization: `Bearer ${await databricksToken()}`, 'content-type': 'application/json' };
    const response = await reach(url, { method, headers, ...(body ? { body } : {}) });
    const text = await response.text();
    if (response.ok) return { ok: true, body: parseKeepingIds(text) };
    const { error_code: code = String(response.status), ...error } = parseError(text);
    const message = (error.message ?? text).slice(0, maxErrorLength);
    if (isPassing(response.status, code))
      throw new JobServiceError(`Databricks answered ${response.status} to '${path}': ${message}`);
    return { ok: false, code, message };
  }

  async function findJobId(layer: Layer): Promise<string | undefined> {
    const cached = ids.get(layer);
    if (cached) return cached;
    const response = await request('GET', `list?name=${encodeURIComponent(databricks.jobs[layer])}`);
    const id = response.ok ? (response.body as { jobs?: { job_id: string }[] }).jobs?.[0]?.job_id : undefined;
    if (id) ids.set(layer, id);
    return id;
  }

  async function submit(order: JobOrder): Promise<Submission> {
    const job = await findJobId(order.layer);
    if (!job)
      return {
        kind: 'rejected',
        reason: `Job '${databricks.jobs[order.layer]}' does not exist in '${databricks.workspaceUrl}'. Deploy the bundle.`,
      };
    const parameters = {
      batch: order.batch,
      attempt: String(order.attempt),
      ...(order.generation ? { generation: order.generation } : {}),
      catalog: databricks.catalog,
      landing: databricks.landingRoot,
      control: databricks.controlRoot,
      mode: order.mode ?? 'triggered',
    };
    // The id is 64 bits wide and goes into the text as digits, not through a number.
    const body = JSON.stringify({ idempotency_token: createIdempotencyToken(order, job), job_parameters: parameters });
    const response = await request('POST', 'run-now', `{"job_id":${job},${body.slice(1)}`);
    if (!response.ok) return { kind: 'rejected', reason: `${response.code}: ${response.message}` };
    return { kind: 'accepted', jobRun: String((response.body as { run_id: string }).run_id) };
  }

  async function getState(jobRun: string): Promise<JobState> {
    const response = await request('GET', `runs/get?run_id=${jobRun}`);
    if (!response.ok)
      return { state: 'ended', code: response.code, reason: `Run '${jobRun}': ${response.message}`, isRetryable: true };
    const run = JobRunResponse.parse(response.body);
    const state = toJobState(run);
    return state.state === 'ended' ? { ...state, reason: await readReason(run, state.reason) } : state;
  }

  async function cancel(jobRun: string): Promise<void> {
    const response = await request('POST', 'runs/cancel', `{"run_id":${jobRun}}`);
    // A run that is gone, or has ended meanwhile, has ended: that is all that was asked.
    if (
      !response.ok &&
      !['INVALID_STATE', 'RESOURCE_DOES_NOT_EXIST', 'INVALID_PARAMETER_VALUE'].includes(response.code)
    )
      throw new JobServiceError(`Run '${jobRun}' could not be cancelled: ${response.code}: ${response.message}`);
  }

  /** The job's own words, which the run itself does not repeat. */
  async function readReason(run: JobRunResponse, reason: string): Promise<string> {
    const task = run.tasks?.at(-1);
    if (!task) return reason;
    const response = await request('GET', `runs/get-output?run_id=${task.run_id}`);
    const error = response.ok ? (response.body as { error?: string }).error : undefined;
    return error ? `${reason} ${error}`.slice(0, 2000) : reason;
  }

  return { submit, getState, cancel };
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    // A redirect would carry the token to whatever it names.
    return await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutSeconds * 1000) });
  } catch (cause) {
    throw new JobServiceError(`Databricks did not answer at '${url}'; it will be tried again.`, { cause });
  }
}

const isPassing = (status: number, code: string) =>
  status === 429 ||
  status >= 500 ||
  ['TEMPORARILY_UNAVAILABLE', 'RESOURCE_EXHAUSTED', 'REQUEST_LIMIT_EXCEEDED', 'ABORTED'].includes(code);

/** Ids are wider than a JavaScript number: they are read as text. */
export const parseKeepingIds = (text: string): unknown =>
  JSON.parse(text.replaceAll(/("(?:job_id|run_id|original_attempt_run_id|repair_id)"\s*:\s*)(\d+)/g, '$1"$2"'));

function parseError(text: string): { error_code?: string; message?: string } {
  try {
    const { error_code, message } = JSON.parse(text) as Record<string, unknown>;
    return {
      ...(error_code === undefined ? {} : { error_code: String(error_code) }),
      ...(message === undefined ? {} : { message: String(message) }),
    };
  } catch {
    // A gateway in between answers in HTML; its text is message enough.
    return {};
  }
}
