import type { JobDefinition } from './definition.ts';
import type { Dispatcher } from './dispatcher.ts';
import { readOutput } from './output.ts';
import { chooseTasks } from './repair.ts';
import * as api from './request.ts';
import { createInvalidParameterError, DatabricksApiError } from './request.ts';
import { toRunResponse } from './responses.ts';
import type { Run } from './run.ts';
import type { RunStore } from './run-store.ts';

export type JobContext = {
  jobs: JobDefinition[];
  store: RunStore;
  dispatcher: Dispatcher;
  home: string;
  url: string;
};

type Route = (request: unknown, principal: string) => unknown;

/** The Jobs API, by method and path below `/api/2.2/jobs/`. */
export function createJobRoutes(context: JobContext): Record<string, Route> {
  const { dispatcher, home, jobs, store, url } = context;
  return {
    'POST run-now': (request, principal) => runNow(context, request, principal),
    'GET get': (request) => toJobResponse(requireJob(jobs, api.parse(api.JobChoice, request).job_id), true),
    'GET list': (request) => listJobs(jobs, request),
    'GET runs/get': (request) => showRun(context, requireRun(store, api.parse(api.RunChoice, request).run_id)),
    'GET runs/list': (request) => listRuns(context, request),
    'GET runs/get-output': (request) => readOutput(store, home, url, api.parse(api.RunChoice, request).run_id),
    'POST runs/cancel': (request) => {
      dispatcher.cancel(requireRun(store, api.parse(api.RunChoice, request).run_id));
      return {};
    },
    'POST runs/cancel-all': (request) => cancelAll(context, request),
    'POST runs/repair': (request) => repairRun(context, request),
    'POST runs/submit': () => {
      throw createDisabledError('One-time runs are not supported here. Declare a job in the bundle and use run-now.');
    },
    'POST create': rejectChange,
    'POST reset': rejectChange,
    'POST update': rejectChange,
    'POST delete': rejectChange,
  };
}

function showRun({ store, url }: JobContext, run: Run): Record<string, unknown> {
  return toRunResponse(run, store.listAttempts(run.id), url);
}

function requireRun(store: RunStore, id: number): Run {
  const run = store.findRun(id);
  if (run === undefined) throw createInvalidParameterError(`Run ${id} does not exist.`);
  return run;
}

function listJobs(jobs: JobDefinition[], request: unknown): Record<string, unknown> {
  const parameters = api.parse(api.ListJobs, request);
  const { limit, offset } = api.parsePage(parameters, 100);
  const name = parameters.name?.toLowerCase();
  const matches = jobs.filter((job) => name === undefined || job.name.toLowerCase() === name);
  const page = matches.slice(offset, offset + limit).map((job) => toJobResponse(job, parameters.expand_tasks));
  return {
    ...(page.length > 0 ? { jobs: page } : {}),
    ...toPageFields(matches.length > offset + limit, offset, limit),
  };
}

function cancelAll({ dispatcher, store }: JobContext, request: unknown): Record<string, unknown> {
  const parameters = api.parse(api.CancelAll, request);
  if (parameters.job_id === undefined && !parameters.all_queued_runs)
    throw createInvalidParameterError("Give 'job_id' or 'all_queued_runs'.");
  for (const run of store.listActiveRuns().reverse()) {
    const isOfJob = parameters.job_id === undefined || run.jobId === parameters.job_id;
    if (isOfJob && (!parameters.all_queued_runs || run.state === 'QUEUED')) dispatcher.cancel(run);
  }
  return {};
}

function repairRun({ dispatcher, store }: JobContext, request: unknown): Record<string, unknown> {
  const parameters = api.parse(api.RepairRun, request);
  const run = requireRun(store, parameters.run_id);
  return { repair_id: dispatcher.repair(run, chooseTasks(run, store.listAttempts(run.id), parameters)) };
}

function runNow({ jobs, dispatcher }: JobContext, request: unknown, principal: string): Record<string, unknown> {
  const parameters = api.parse(api.RunNow, request);
  const job = requireJob(jobs, parameters.job_id);
  const declared = new Set(job.parameters.map((parameter) => parameter.name));
  const unknown = Object.keys(parameters.job_parameters).filter((name) => !declared.has(name));
  if (unknown.length > 0)
    throw createInvalidParameterError(
      `Job '${job.name}' has no parameter '${unknown.join("', '")}'. Declare it first.`,
    );
  const defaults = Object.fromEntries(job.parameters.map((parameter) => [parameter.name, parameter.default]));
  const run = dispatcher.submit({
    job,
    token: parameters.idempotency_token || null,
    parameters: { ...defaults, ...parameters.job_parameters },
    principal,
    isQueued: parameters.queue?.enabled ?? job.isQueued,
  });
  return { run_id: run.id, number_in_job: run.numberInJob };
}

function listRuns(context: JobContext, request: unknown): Record<string, unknown> {
  const parameters = api.parse(api.ListRuns, request);
  if (parameters.active_only && parameters.completed_only)
    throw createInvalidParameterError("Give 'active_only' or 'completed_only', not both.");
  const { limit, offset } = api.parsePage(parameters, 25);
  const filter = {
    ...(parameters.job_id === undefined ? {} : { jobId: parameters.job_id }),
    ...(parameters.active_only || parameters.completed_only ? { isActive: parameters.active_only } : {}),
    ...(parameters.start_time_from === undefined ? {} : { startedFrom: parameters.start_time_from }),
    ...(parameters.start_time_to === undefined ? {} : { startedTo: parameters.start_time_to }),
  };
  const matches = context.store.listRuns(filter, { limit: limit + 1, offset });
  const page = matches.slice(0, limit).map((run) => {
    const { tasks, ...rest } = showRun(context, run);
    return parameters.expand_tasks ? { ...rest, tasks } : rest;
  });
  return { ...(page.length > 0 ? { runs: page } : {}), ...toPageFields(matches.length > limit, offset, limit) };
}

function toPageFields(hasMore: boolean, offset: number, limit: number): Record<string, unknown> {
  return {
    has_more: hasMore,
    ...(hasMore ? { next_page_token: String(offset + limit) } : {}),
    ...(offset > 0 ? { prev_page_token: String(Math.max(0, offset - limit)) } : {}),
  };
}

function requireJob(jobs: JobDefinition[], id: number): JobDefinition {
  const job = jobs.find((candidate) => candidate.id === id);
  if (job === undefined) throw createInvalidParameterError(`Job ${id} does not exist.`);
  return job;
}

function toJobResponse(job: JobDefinition, isWhole: boolean): Record<string, unknown> {
  const { tasks, ...rest } = job.settings;
  return {
    job_id: job.id,
    created_time: 0,
    settings: { ...(isWhole ? { tasks } : {}), ...rest, format: 'MULTI_TASK' },
  };
}

function rejectChange(): never {
  throw createDisabledError(
    'Jobs are declared in the asset bundle and cannot be changed here. Change the bundle and start again.',
  );
}

function createDisabledError(message: string): DatabricksApiError {
  return new DatabricksApiError(400, 'FEATURE_DISABLED', message);
}
