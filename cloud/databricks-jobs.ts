import { setTimeout } from 'node:timers/promises';
import { type Environment, requireWorkspace } from '../environments/environment.ts';
import { JobServiceError } from '../medallion/errors.ts';
import type { Jobs } from '../medallion/ports/jobs.ts';
import {
  createIdempotencyToken,
  type JobOrder,
  JobRunResponse,
  type JobState,
  type Submission,
  toJobState,
} from '../medallion/runs/job.ts';
import { hideValues } from '../medallion/texts.ts';
import type { Credentials } from './credentials.ts';
import { reach } from './reach.ts';

/** A service that wants to be left alone for longer is asked all the same. */
const maxRetryAfterSeconds = 600;

/** So much of an error is kept: whatever a gateway says ends up in logs and records. */
const maxErrorLength = 2000;

interface RefusedResponse {
  readonly ok: false;
  readonly code: string;
  readonly message: string;
}
type ApiResponse = { readonly ok: true; readonly body: unknown } | RefusedResponse;

type SendRequest = (method: 'GET' | 'POST', path: string, body?: string) => Promise<ApiResponse>;

/** Launches the jobs of the layers and looks after their runs. What is asked twice is asked `pauseSeconds` apart. */
export function createJobsClient(environment: Environment, { databricksToken }: Credentials, pauseSeconds = 10): Jobs {
  const { databricks } = environment;
  const { url: workspaceUrl } = requireWorkspace(environment);
  const send = createSender(workspaceUrl, databricksToken);
  const ids = new Map<string, string>();
  return {
    submit: async (order) => {
      const name = databricks.jobs[order.layer];
      const parameters = toParameters(databricks, order);
      const bytes = Buffer.byteLength(JSON.stringify(parameters));
      if (bytes > maxParameterBytes)
        return reject(`The parameters of job '${name}' have ${bytes} bytes, and may have ${maxParameterBytes}.`);
      const submit = async (job: string) => send('POST', 'run-now', toRunNowBody(parameters, order, job));
      const cached = ids.get(name);
      const first = cached === undefined ? undefined : await submit(cached);
      if (first !== undefined && (first.ok || !staleIdCodes.includes(first.code))) return toSubmission(first);
      // The id is looked up once. A job that was made anew has another one.
      ids.delete(name);
      const job = await findJob(send, name, workspaceUrl);
      if (job.kind === 'rejected') return job;
      const response = await submit(job.id);
      if (response.ok) ids.set(name, job.id);
      return toSubmission(response);
    },
    getState: (jobRun) => readState(send, jobRun, pauseSeconds * 1000),
    cancel: async (jobRun) => {
      const response = await send('POST', 'runs/cancel', `{"run_id":${jobRun}}`);
      // A run that is gone, or has ended meanwhile, has ended: that is all that was asked.
      if (!response.ok && !endedCodes.includes(response.code))
        throw new JobServiceError(`Run '${jobRun}' could not be cancelled: ${response.code}: ${response.message}`);
    },
  };
}

async function readState(send: SendRequest, jobRun: string, pause: number): Promise<JobState> {
  const read = () => send('GET', `runs/get?run_id=${jobRun}`);
  let response = await read();
  // One such answer may come from a part of the service that does not know of the run yet.
  if (isGone(response)) response = await setTimeout(pause).then(read);
  if (!response.ok) return toStateOfLostRun(jobRun, response);
  const run = JobRunResponse.parse(response.body);
  const state = toJobState(run);
  return state.state === 'ended' ? { ...state, reason: await readReason(send, run, state.reason, pause) } : state;
}

/** A job that does not exist is answered with either of them. */
const staleIdCodes = ['RESOURCE_DOES_NOT_EXIST', 'INVALID_PARAMETER_VALUE'];

const endedCodes = ['INVALID_STATE', 'RESOURCE_DOES_NOT_EXIST', 'INVALID_PARAMETER_VALUE'];

function createSender(workspaceUrl: string, getToken: Credentials['databricksToken']): SendRequest {
  return async (method, path, body) => {
    const headers = { authorization: `Bearer ${await requireToken(getToken)}`, 'content-type': 'application/json' };
    const response = await reach(`${workspaceUrl}/api/2.2/jobs/${path}`, { method, headers, body: body ?? null });
    const text = await response.text();
    if (response.ok) return { ok: true, body: parseKeepingIds(text) };
    const { error_code: code = String(response.status), ...error } = parseError(text);
    const message = keepEnd(error.message ?? text);
    if (isPassing(response.status, code))
      throw new JobServiceError(`Databricks answered ${response.status} to '${path}': ${message}`, {
        retryAfterSeconds: parseRetryAfter(response.headers.get('retry-after'), Date.now()),
      });
    return { ok: false, code, message };
  };
}

/**
 * The id of a job by its name. Of two jobs of a name nobody can tell which one the bundle made, so neither is started. The
 * run waits as in an outage, since a deployment that goes on may take one of them away.
 */
async function findJob(send: SendRequest, name: string, workspaceUrl: string) {
  const response = await send('GET', `list?name=${encodeURIComponent(name)}`);
  if (!response.ok) return reject(`Job '${name}' could not be looked up: ${response.code}: ${response.message}`);
  const { jobs = [] } = response.body as { jobs?: { job_id: string }[] };
  const [job] = jobs;
  if (job === undefined) return reject(`Job '${name}' does not exist in '${workspaceUrl}'. Deploy the bundle.`);
  if (jobs.length === 1) return { kind: 'job', id: job.job_id } as const;
  const ids = jobs.map(({ job_id: id }) => `'${id}'`).join(', ');
  throw new JobServiceError(
    `Jobs ${ids} in '${workspaceUrl}' have the same name '${name}'. Delete those that no bundle made; the run goes on then.`,
  );
}

const reject = (reason: string) => ({ kind: 'rejected', reason }) as const;

function toSubmission(response: ApiResponse): Submission {
  if (!response.ok) return reject(`${response.code}: ${response.message}`);
  return { kind: 'accepted', jobRun: String((response.body as { run_id: string }).run_id) };
}

/** A run that does not exist has ended. Any other refusal says nothing of the run, which may go on: it is asked again. */
function toStateOfLostRun(jobRun: string, response: RefusedResponse): JobState {
  const { code, message } = response;
  if (!isGone(response)) throw new JobServiceError(`Run '${jobRun}' could not be read: ${code}: ${message}`);
  return { state: 'ended', code, reason: `Run '${jobRun}': ${message}`, isRetryable: true };
}

const isGone = (response: ApiResponse) =>
  !response.ok &&
  (response.code === 'RESOURCE_DOES_NOT_EXIST' ||
    (response.code === 'INVALID_PARAMETER_VALUE' && /does not exist/.test(response.message)));

/** Databricks takes 10,000. Parameters are names and places, so a tenth is plenty: what is longer is data. */
const maxParameterBytes = 1024;

function toParameters(databricks: Environment['databricks'], order: JobOrder): Readonly<Record<string, string>> {
  return {
    batch: order.batch,
    attempt: String(order.attempt),
    ...(order.generation ? { generation: order.generation } : {}),
    catalog: databricks.catalog,
    landing: databricks.landingRoot,
    control: databricks.controlRoot,
    records: databricks.recordsRoot,
    mode: order.mode ?? 'triggered',
  };
}

function toRunNowBody(parameters: Readonly<Record<string, string>>, order: JobOrder, job: string): string {
  // The id is 64 bits wide and goes into the text as digits, not through a number.
  const body = JSON.stringify({ idempotency_token: createIdempotencyToken(order, job), job_parameters: parameters });
  return `{"job_id":${job},${body.slice(1)}`;
}

/** The job's own words, which the run itself does not repeat. */
async function readReason(send: SendRequest, run: JobRunResponse, reason: string, pause: number): Promise<string> {
  const task = run.tasks?.at(-1);
  if (!task) return hideValues(reason);
  const read = () => send('GET', `runs/get-output?run_id=${task.run_id}`);
  // What has become of the run is known. Words that cannot be read do not keep it waiting.
  const response = await read()
    .catch(() => setTimeout(pause).then(read))
    .catch(() => undefined);
  const error = response?.ok ? (response.body as { error?: string }).error : undefined;
  return error ? `${hideValues(reason)} ${keepEnd(hideValues(error))}` : hideValues(reason);
}

/** The cause stands at the end of what an engine says, behind everything that it led to. */
const keepEnd = (text: string) => (text.length > maxErrorLength ? `… ${text.slice(-maxErrorLength)}` : text);

/** Who gives out tokens is a service too, and may be away. */
async function requireToken(getToken: Credentials['databricksToken']): Promise<string> {
  try {
    return await getToken();
  } catch (cause) {
    throw new JobServiceError(`There is no token for Databricks; it will be tried again. ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Seconds, or the date at which to ask again. */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number.isNaN(Number(header)) ? (Date.parse(header) - now) / 1000 : Number(header);
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(0, Math.ceil(seconds)), maxRetryAfterSeconds);
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
