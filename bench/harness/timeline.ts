import { readFileSync } from 'node:fs';
import { type RequestOptions, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { getHomeFiles, type Keys } from '../../cli/stack/home.ts';
import type { RunningStack } from './running-stack.ts';

/** Something that the workspace did, from and to in milliseconds since 1970. */
export interface Span {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** The newest runs of jobs, newest first. */
export async function listJobRuns(stack: RunningStack): Promise<Span[]> {
  const { runs = [] } = await ask<JobRuns>(stack, '/api/2.2/jobs/runs/list?limit=25&expand_tasks=true');
  return runs.map(({ run_name: name, tasks: [task] }) => ({
    name,
    from: task?.start_time ?? Number.NaN,
    to: task?.end_time ?? Number.NaN,
  }));
}

/** The newest statements that the operator sent to the warehouse, newest first. */
export async function listStatements(stack: RunningStack): Promise<Span[]> {
  const { res } = await ask<Queries>(stack, '/api/2.0/sql/history/queries?max_results=200');
  return res.map(({ query_text: name, query_start_time_ms: from, query_end_time_ms: to = Number.NaN }) => ({
    name,
    from,
    to,
  }));
}

interface JobRuns {
  readonly runs?: { readonly run_name: string; readonly tasks: { start_time: number; end_time: number }[] }[];
}

interface Queries {
  readonly res: {
    readonly query_text: string;
    readonly query_start_time_ms: number;
    readonly query_end_time_ms?: number;
  }[];
}

function ask<Answer>({ addresses, home }: RunningStack, path: string): Promise<Answer> {
  const { databricksToken } = JSON.parse(readFileSync(getHomeFiles(home).keys, 'utf8')) as Keys;
  const headers = { authorization: `Bearer ${databricksToken}` };
  return getJson(`${addresses.workspace}${path}`, { ca: readFileSync(addresses.certificateFile), headers });
}

/** `fetch` cannot be given a certificate. */
const getJson = <Answer>(url: string, options: RequestOptions) =>
  new Promise<Answer>((resolve, reject) => {
    const call = request(url, options, (response) => {
      text(response).then((body) => resolve(JSON.parse(body)), reject);
    });
    call.on('error', reject).end();
  });
