import type { Environment } from '../environments/environment.ts';
import { JobServiceError } from '../medallion/errors.ts';
import type { Layer } from '../medallion/layer.ts';
import type { Jobs } from '../medallion/ports/world.ts';
import {
  idempotencyToken,
  type JobOrder,
  type JobState,
  jobStateOf,
  RunAnswer,
  type Submission,
} from '../medallion/runs/job.ts';
import type { Credentials } from './credentials.ts';

const answerSeconds = 60;

/** So much of an error is kept: whatever a gateway says ends up in logs and records. */
const longestError = 2000;

type Answer =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** Launches the jobs of the layers and looks after their runs. */
export function jobsIn({ databricks }: Environment, { databricksToken }: Credentials): Jobs {
  const ids = new Map<Layer, string>();

  async function request(method: 'GET' | 'POST', path: string, body?: string): Promise<Answer> {
    const url = `${databricks.workspaceUrl}/api/2.2/jobs/${path}`;
    const headers = { authorization: `Bearer ${await databricksToken()}`, 'content-type': 'application/json' };
    const response = await reach(url, { method, headers, ...(body ? { body } : {}) });
    const text = await response.text();
    if (response.ok) return { ok: true, body: parseKeepingIds(text) };
    const { error_code: code = String(response.status), message: said = text } = asError(text);
    const message = said.slice(0, longestError);
    if (isPassing(response.status, code))
      throw new JobServiceError(`Databricks answered ${response.status} to '${path}': ${message}`);
    return { ok: false, code, message };
  }

  async function jobIdOf(layer: Layer): Promise<string | undefined> {
    const known = ids.get(layer);
    if (known) return known;
    const answer = await request('GET', `list?name=${encodeURIComponent(databricks.jobs[layer])}`);
    const found = answer.ok ? (answer.body as { jobs?: { job_id: string }[] }).jobs?.[0]?.job_id : undefined;
    if (found) ids.set(layer, found);
    return found;
  }

  async function submit(order: JobOrder): Promise<Submission> {
    const job = await jobIdOf(order.layer);
    if (!job)
      return {
        kind: 'refused',
        because: `Job '${databricks.jobs[order.layer]}' does not exist in '${databricks.workspaceUrl}'. Deploy the bundle.`,
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
    const body = JSON.stringify({ idempotency_token: idempotencyToken(order, job), job_parameters: parameters });
    const answer = await request('POST', 'run-now', `{"job_id":${job},${body.slice(1)}`);
    if (!answer.ok) return { kind: 'refused', because: `${answer.code}: ${answer.message}` };
    return { kind: 'accepted', jobRun: String((answer.body as { run_id: string }).run_id) };
  }

  async function stateOf(jobRun: string): Promise<JobState> {
    const answer = await request('GET', `runs/get?run_id=${jobRun}`);
    if (!answer.ok)
      return { state: 'ended', code: answer.code, because: `Run '${jobRun}': ${answer.message}`, again: true };
    const run = RunAnswer.parse(answer.body);
    const state = jobStateOf(run);
    return state.state === 'ended' ? { ...state, because: await reasonOf(run, state.because) } : state;
  }

  async function cancel(jobRun: string): Promise<void> {
    const answer = await request('POST', 'runs/cancel', `{"run_id":${jobRun}}`);
    // A run that is gone, or has ended meanwhile, has ended: that is all that was asked.
    if (!answer.ok && !['INVALID_STATE', 'RESOURCE_DOES_NOT_EXIST', 'INVALID_PARAMETER_VALUE'].includes(answer.code))
      throw new JobServiceError(`Run '${jobRun}' could not be cancelled: ${answer.code}: ${answer.message}`);
  }

  /** The job's own words, which the run itself does not repeat. */
  async function reasonOf(run: RunAnswer, because: string): Promise<string> {
    const task = run.tasks?.at(-1);
    if (!task) return because;
    const answer = await request('GET', `runs/get-output?run_id=${task.run_id}`);
    const error = answer.ok ? (answer.body as { error?: string }).error : undefined;
    return error ? `${because} ${error}`.slice(0, 2000) : because;
  }

  return { submit, stateOf, cancel };
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    // A redirect would carry the token to whatever it names.
    return await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(answerSeconds * 1000) });
  } catch (cause) {
    throw new JobServiceError(`Databricks did not answer at '${url}'; it will be asked again.`, { cause });
  }
}

const isPassing = (status: number, code: string) =>
  status === 429 ||
  status >= 500 ||
  ['TEMPORARILY_UNAVAILABLE', 'RESOURCE_EXHAUSTED', 'REQUEST_LIMIT_EXCEEDED', 'ABORTED'].includes(code);

/** Ids are wider than a JavaScript number: they are read as text. */
export const parseKeepingIds = (text: string): unknown =>
  JSON.parse(text.replaceAll(/("(?:job_id|run_id|original_attempt_run_id|repair_id)"\s*:\s*)(\d+)/g, '$1"$2"'));

function asError(text: string): { error_code?: string; message?: string } {
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
