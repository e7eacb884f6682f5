import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { getHomeFiles, type Keys } from '../../cli/stack/home.ts';
import { createJobId } from '../../emulators/databricks/jobs/bundle.ts';
import type { RunningStack } from './running-stack.ts';
import { waitUntil } from './target.ts';

export interface EndedRun {
  readonly code: string;
  readonly error: string;
  readonly log: string;
}

/** A run of a job, as the Jobs API shows it. */
export interface JobRun {
  readonly status: { readonly state: string; readonly termination_details?: { readonly code: string } };
  readonly tasks: readonly { readonly run_id: number; readonly attempt_number: number }[];
}

/** Runs a job of the bundle to its end. */
export async function runJob(stack: RunningStack, name: string, parameters: Record<string, string>): Promise<EndedRun> {
  const run = await startJob(stack, name, parameters);
  let ended: JobRun | undefined;
  await waitUntil(
    `end of run '${run}'`,
    async () => {
      ended = await readJobRun(stack, run);
      return ended.status.state === 'TERMINATED';
    },
    1500,
  );
  const place = `runs/get-output?run_id=${ended?.tasks[0]?.run_id}`;
  const { error = '', logs = '' } = await callJobs<{ error?: string; logs?: string }>(stack, 'GET', place);
  return { code: String(ended?.status.termination_details?.code), error, log: logs };
}

/** Answers with the id of its run. With the same token a job starts once, however often this is repeated. */
export async function startJob(
  stack: RunningStack,
  name: string,
  parameters: Record<string, string>,
  token?: string,
): Promise<number> {
  const body = { job_id: createJobId(name), job_parameters: parameters, idempotency_token: token };
  return (await callJobs<{ run_id: number }>(stack, 'POST', 'run-now', body)).run_id;
}

export const readJobRun = (stack: RunningStack, run: number): Promise<JobRun> =>
  callJobs(stack, 'GET', `runs/get?run_id=${run}`);

/** Its next attempts are cancelled with it. */
export const cancelJobRun = (stack: RunningStack, run: number): Promise<unknown> =>
  callJobs(stack, 'POST', 'runs/cancel', { run_id: run });

const timeoutSeconds = 60;

/** Whoever starts a job gives it no rights: it acts as the identity that the bundle names. */
function callJobs<Answer>(
  { addresses, home }: RunningStack,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const { people } = JSON.parse(readFileSync(getHomeFiles(home).keys, 'utf8')) as Keys;
  const options = {
    method,
    ca: readFileSync(addresses.certificateFile),
    headers: { authorization: `Bearer ${people['privacy-officer']}`, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(timeoutSeconds * 1000),
  };
  return new Promise((resolve, reject) => {
    const call = request(`${addresses.workspace}/api/2.2/jobs/${path}`, options, (response) => {
      text(response).then((content) => {
        if (response.statusCode === 200) resolve(JSON.parse(content) as Answer);
        else reject(new Error(`${response.statusCode} for '${path}': ${content}`));
      }, reject);
    });
    call.on('error', reject).end(body && JSON.stringify(body));
  });
}
