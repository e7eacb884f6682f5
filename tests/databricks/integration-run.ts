import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import type { RunningStack } from '../../bench/harness/running-stack.ts';
import { waitUntil } from '../../bench/harness/target.ts';
import { createJobId } from '../../emulators/databricks/jobs/bundle.ts';

export interface EndedRun {
  readonly code: string;
  readonly error: string;
  readonly log: string;
}

type QueryResult = Record<string, unknown>;

/** Starts the integration test through the Jobs API, as the pipeline does, and waits for its end. */
export const runIntegrationTest = (cloud: RunningStack, parameters: Record<string, string>): Promise<EndedRun> =>
  runJob(cloud, 'medallion-integration', { landing: `${cloud.home}/adls/landing`, ...parameters });

/** Runs a job of the bundle to its end. */
export async function runJob(cloud: RunningStack, name: string, parameters: Record<string, string>): Promise<EndedRun> {
  const started = await call(cloud, 'POST', 'run-now', { job_id: createJobId(name), job_parameters: parameters });
  const run = String(started['run_id']);
  let ended: QueryResult = {};
  await waitUntil(
    `end of run '${run}'`,
    async () => {
      ended = await call(cloud, 'GET', `runs/get?run_id=${run}`);
      return (ended['status'] as QueryResult)['state'] === 'TERMINATED';
    },
    1500,
  );
  const task = (ended['tasks'] as QueryResult[])[0];
  const output = await call(cloud, 'GET', `runs/get-output?run_id=${task?.['run_id']}`);
  const details = (ended['status'] as QueryResult)['termination_details'] as QueryResult;
  return { code: String(details['code']), error: String(output['error'] ?? ''), log: String(output['logs'] ?? '') };
}

/** Whoever starts a job gives it no rights: it acts as the identity that the bundle names. */
async function call(cloud: RunningStack, method: string, path: string, body?: object): Promise<QueryResult> {
  const { people } = JSON.parse(readFileSync(`${cloud.home}/keys.json`, 'utf8')) as { people: Record<string, string> };
  const { certificateFile, workspace } = cloud.addresses;
  const options = {
    method,
    ca: readFileSync(certificateFile),
    headers: { authorization: `Bearer ${people['privacy-officer']}`, 'content-type': 'application/json' },
  };
  return new Promise((resolve, reject) => {
    const asked = request(`${workspace}/api/2.2/jobs/${path}`, options, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text) as QueryResult);
        else reject(new Error(`${response.statusCode} for '${path}': ${text}`));
      });
    });
    asked.on('error', reject);
    asked.end(body && JSON.stringify(body));
  });
}
