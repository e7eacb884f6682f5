import { z } from 'zod';
import { UserError } from '../../user-error.ts';
import { type Context, change, find, NotYetError } from '../context.ts';
import type { Step } from '../engine.ts';
import { getWorkspace, getWorkspaceIds } from '../lookups.ts';
import { findDeploymentTime } from '../template.ts';
import { isDeployed } from './code.ts';

const Jobs = z.object({ jobs: z.array(z.object({ job_id: z.number() })).default([]) });
const Started = z.object({ run_id: z.number() });
const Run = z.object({
  run_id: z.number(),
  run_page_url: z.string().optional(),
  status: z.object({
    state: z.string(),
    termination_details: z.object({ code: z.string(), message: z.string().optional() }).optional(),
  }),
});

export const integrationJob = 'medallion-integration';

export const verify: Step = {
  name: 'verify',
  rights: 'the pipeline',
  summary: 'the integration test, or the smoke test where nobody may land invented people',
  async compare(context) {
    if (!(await isDeployed(context))) throw new NotYetError('No release of the app is there yet.');
    if (context.deployment.verify === 'smoke')
      return [
        { what: 'look at the app, the catalog and the last release', isLook: true, apply: () => runSmoke(context) },
      ];
    if (await isTested(context)) return [];
    return [{ what: 'land a known batch and find it in gold', apply: () => runIntegration(context) }];
  },
};

const Runs = z.object({
  runs: z
    .array(z.object({ start_time: z.number(), state: z.object({ result_state: z.string().optional() }).optional() }))
    .default([]),
});

/** The test has passed since the settings of the app were written, which is the end of a deployment. */
async function isTested(context: Context): Promise<boolean> {
  const { host } = await getWorkspace(context);
  const id = await findJob(context, host);
  const list = `/api/2.2/jobs/runs/list?job_id=${id}&completed_only=true&limit=1`;
  const { runs = [] } = (await find(context, { service: 'databricks', host, path: list }, Runs)) ?? {};
  const [last] = runs;
  const deployedAt = await findDeploymentTime(context, 'settings');
  return last?.state?.result_state === 'SUCCESS' && deployedAt !== undefined && last.start_time > deployedAt.getTime();
}

async function runSmoke(context: Context): Promise<void> {
  const problems = await context.ports.programs.runSmokeTest(await getWorkspaceIds(context));
  if (problems.length > 0) throw new UserError(`The smoke test found: ${problems.join(' ')}`);
}

async function findJob(context: Context, host: string): Promise<number> {
  const request = { service: 'databricks', host, path: `/api/2.2/jobs/list?name=${integrationJob}` } as const;
  const { jobs = [] } = (await find(context, request, Jobs)) ?? {};
  const [job, another] = jobs;
  if (job && !another) return job.job_id;
  throw new UserError(`There are ${jobs.length} jobs named '${integrationJob}', and there should be one.`);
}

const pauseSeconds = 30;

/** Each question is short, so no sign-in has to last as long as the test. */
async function runIntegration(context: Context): Promise<void> {
  const { host } = await getWorkspace(context);
  const databricks = (path: string) => ({ service: 'databricks' as const, host, path: `/api/2.2/jobs/${path}` });
  const body = {
    job_id: await findJob(context, host),
    idempotency_token: `integration-${context.release}-${context.ports.now().toISOString()}`,
  };
  const started = await change(context, { ...databricks('run-now'), method: 'POST', body }, Started);
  for (let seconds = 0; seconds < context.patienceMinutes * 60; seconds += pauseSeconds) {
    const run = await find(context, databricks(`runs/get?run_id=${started.run_id}`), Run);
    if (run?.status.state === 'TERMINATED') return requirePassed(run);
    await context.ports.wait(pauseSeconds);
  }
  throw new UserError(
    `The integration test has not ended after ${context.patienceMinutes} minutes. Look at run ${started.run_id}.`,
  );
}

function requirePassed({ run_id: id, run_page_url: page, status }: z.infer<typeof Run>): void {
  const { code = 'UNKNOWN', message = '' } = status.termination_details ?? {};
  if (code !== 'SUCCESS') throw new UserError(`The integration test failed: ${code} ${message} (run ${page ?? id})`);
}
