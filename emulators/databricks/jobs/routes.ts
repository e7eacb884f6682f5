import type { JobDefinition } from './definition.ts';
import type { Dispatcher } from './dispatcher.ts';
import { outputOf } from './output.ts';
import { chooseTasks } from './repair.ts';
import * as ask from './request.ts';
import { invalid, Refusal } from './request.ts';
import type { Run } from './run.ts';
import type { Ledger } from './run-store.ts';
import { shapeRun } from './shapes.ts';

export type JobsWorld = {
  jobs: JobDefinition[];
  ledger: Ledger;
  dispatcher: Dispatcher;
  home: string;
  url: string;
};

type Route = (request: unknown, principal: string) => unknown;

/** The Jobs API, by method and path below `/api/2.2/jobs/`. */
export function jobsRoutes(world: JobsWorld): Record<string, Route> {
  const { jobs, ledger, dispatcher, home, url } = world;
  const shaped = (run: Run) => shapeRun(run, ledger.attempts(run.id), url);
  const find = (id: number): Run => {
    const run = ledger.run(id);
    if (run === undefined) throw invalid(`Run ${id} does not exist.`);
    return run;
  };
  return {
    'POST run-now': (request, principal) => runNow(world, request, principal),
    'GET get': (request) => shapeJob(findJob(jobs, ask.accept(ask.JobChoice, request).job_id), true),
    'GET list': (request) => {
      const asked = ask.accept(ask.ListJobs, request);
      const { limit, offset } = ask.pageOf(asked, 100);
      const name = asked.name?.toLowerCase();
      const found = jobs.filter((job) => name === undefined || job.name.toLowerCase() === name);
      const shown = found.slice(offset, offset + limit).map((job) => shapeJob(job, asked.expand_tasks));
      return { ...(shown.length > 0 ? { jobs: shown } : {}), ...paged(found.length > offset + limit, offset, limit) };
    },
    'GET runs/get': (request) => shaped(find(ask.accept(ask.RunChoice, request).run_id)),
    'GET runs/list': (request) => listRuns(world, request, shaped),
    'GET runs/get-output': (request) => outputOf(ledger, home, url, ask.accept(ask.RunChoice, request).run_id),
    'POST runs/cancel': (request) => {
      dispatcher.cancel(find(ask.accept(ask.RunChoice, request).run_id));
      return {};
    },
    'POST runs/cancel-all': (request) => {
      const asked = ask.accept(ask.CancelAll, request);
      if (asked.job_id === undefined && !asked.all_queued_runs) throw invalid("Give 'job_id' or 'all_queued_runs'.");
      for (const run of ledger.aliveRuns().reverse()) {
        const isOfJob = asked.job_id === undefined || run.jobId === asked.job_id;
        if (isOfJob && (!asked.all_queued_runs || run.state === 'QUEUED')) dispatcher.cancel(run);
      }
      return {};
    },
    'POST runs/repair': (request) => {
      const asked = ask.accept(ask.RepairRun, request);
      const run = find(asked.run_id);
      return { repair_id: dispatcher.repair(run, chooseTasks(run, ledger.attempts(run.id), asked)) };
    },
    'POST runs/submit': () => {
      throw refused('One-time runs are not supported here. Declare a job in the bundle and use run-now.');
    },
    'POST create': refuseChange,
    'POST reset': refuseChange,
    'POST update': refuseChange,
    'POST delete': refuseChange,
  };
}

function runNow({ jobs, dispatcher }: JobsWorld, request: unknown, principal: string): Record<string, unknown> {
  const asked = ask.accept(ask.RunNow, request);
  const job = findJob(jobs, asked.job_id);
  const known = new Set(job.parameters.map((parameter) => parameter.name));
  const unknown = Object.keys(asked.job_parameters).filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw invalid(`Job '${job.name}' has no parameter '${unknown.join("', '")}'. Declare it first.`);
  const defaults = Object.fromEntries(job.parameters.map((parameter) => [parameter.name, parameter.default]));
  const run = dispatcher.submit({
    job,
    token: asked.idempotency_token || null,
    parameters: { ...defaults, ...asked.job_parameters },
    principal,
    isQueued: asked.queue?.enabled ?? job.isQueued,
  });
  return { run_id: run.id, number_in_job: run.numberInJob };
}

function listRuns({ ledger }: JobsWorld, request: unknown, shaped: (run: Run) => Record<string, unknown>) {
  const asked = ask.accept(ask.ListRuns, request);
  if (asked.active_only && asked.completed_only) throw invalid("Give 'active_only' or 'completed_only', not both.");
  const { limit, offset } = ask.pageOf(asked, 25);
  const filter = {
    ...(asked.job_id === undefined ? {} : { jobId: asked.job_id }),
    ...(asked.active_only || asked.completed_only ? { isActive: asked.active_only } : {}),
    ...(asked.start_time_from === undefined ? {} : { startedFrom: asked.start_time_from }),
    ...(asked.start_time_to === undefined ? {} : { startedTo: asked.start_time_to }),
  };
  const found = ledger.runs(filter, { limit: limit + 1, offset });
  const shown = found.slice(0, limit).map((run) => {
    const { tasks, ...rest } = shaped(run);
    return asked.expand_tasks ? { ...rest, tasks } : rest;
  });
  return { ...(shown.length > 0 ? { runs: shown } : {}), ...paged(found.length > limit, offset, limit) };
}

function paged(hasMore: boolean, offset: number, limit: number): Record<string, unknown> {
  return {
    has_more: hasMore,
    ...(hasMore ? { next_page_token: String(offset + limit) } : {}),
    ...(offset > 0 ? { prev_page_token: String(Math.max(0, offset - limit)) } : {}),
  };
}

function findJob(jobs: JobDefinition[], id: number): JobDefinition {
  const job = jobs.find((one) => one.id === id);
  if (job === undefined) throw invalid(`Job ${id} does not exist.`);
  return job;
}

function shapeJob(job: JobDefinition, isWhole: boolean): Record<string, unknown> {
  const { tasks, ...rest } = job.settings;
  return {
    job_id: job.id,
    created_time: 0,
    settings: { ...(isWhole ? { tasks } : {}), ...rest, format: 'MULTI_TASK' },
  };
}

function refuseChange(): never {
  throw refused('Jobs are declared in the asset bundle and cannot be changed here. Change the bundle and start again.');
}

function refused(message: string): Refusal {
  return new Refusal(400, 'FEATURE_DISABLED', message);
}
