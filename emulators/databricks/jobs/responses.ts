import type { TaskDefinition } from './definition.ts';
import { type Attempt, type Run, terminations } from './run.ts';

/** A run as `runs/get` shows it: `status` and the older `state`, which call the same end by different names. */
export function toRunResponse(run: Run, attempts: Attempt[], url: string): Record<string, unknown> {
  return {
    job_id: run.jobId,
    run_id: run.id,
    number_in_job: run.numberInJob,
    original_attempt_run_id: run.id,
    creator_user_name: run.principal,
    run_name: run.definition.name,
    run_type: 'JOB_RUN',
    run_page_url: `${url}/jobs/${run.jobId}/runs/${run.id}`,
    format: 'MULTI_TASK',
    trigger: 'ONE_TIME',
    ...(run.token === null ? {} : { trigger_info: { run_id: run.id } }),
    start_time: run.createdAt,
    end_time: run.endedAt ?? 0,
    run_duration: (run.endedAt ?? Date.now()) - run.createdAt,
    queue_duration: (run.startedAt ?? run.endedAt ?? Date.now()) - run.createdAt,
    setup_duration: 0,
    execution_duration: run.startedAt === null || run.endedAt === null ? 0 : run.endedAt - run.startedAt,
    cleanup_duration: 0,
    job_parameters: run.definition.parameters.map((parameter) => ({
      ...parameter,
      value: run.parameters[parameter.name] ?? parameter.default,
    })),
    status: toRunStatus(run),
    state: toRunState(run),
    tasks: run.definition.tasks.flatMap((task) => {
      const latest = attempts.findLast((attempt) => attempt.taskKey === task.key);
      return latest === undefined ? [] : [toTaskResponse(task, latest, attempts, run, url)];
    }),
    ...(run.repairs.length === 0 ? {} : { repair_history: toRepairHistory(run) }),
  };
}

function toTaskResponse(task: TaskDefinition, attempt: Attempt, attempts: Attempt[], run: Run, url: string) {
  const first = attempts.find((candidate) => candidate.taskKey === task.key) ?? attempt;
  const { startedAt, endedAt } = attempt;
  return {
    run_id: attempt.id,
    task_key: task.key,
    run_page_url: `${url}/jobs/${run.jobId}/runs/${attempt.id}`,
    attempt_number: attempt.number,
    original_attempt_run_id: first.id,
    depends_on: task.dependsOn.map((key) => ({ task_key: key })),
    run_if: task.runIf,
    python_wheel_task: {
      package_name: task.packageName,
      entry_point: task.entryPoint,
      ...('named' in task.arguments
        ? { named_parameters: task.arguments.named }
        : { parameters: task.arguments.ordered }),
    },
    start_time: startedAt ?? 0,
    end_time: endedAt ?? 0,
    setup_duration: 0,
    execution_duration: startedAt === null || endedAt === null ? 0 : endedAt - startedAt,
    cleanup_duration: 0,
    status: toAttemptStatus(attempt),
    state: toAttemptState(attempt),
  };
}

function toTermination(code: NonNullable<Run['code']>, message: string) {
  const shown = code === 'UPSTREAM_FAILED' ? 'RUN_EXECUTION_ERROR' : code === 'UPSTREAM_CANCELED' ? 'CANCELED' : code;
  return {
    state: 'TERMINATED',
    termination_details: { code: shown === 'EXCLUDED' ? 'SKIPPED' : shown, type: terminations[code].type, message },
  };
}

function toRunStatus(run: Run) {
  if (run.code !== null) return toTermination(run.code, run.message);
  if (run.state !== 'QUEUED') return { state: run.state };
  const message = `Queued: the job already has ${run.definition.maxConcurrentRuns} active runs.`;
  return { state: 'QUEUED', queue_details: { code: 'MAX_CONCURRENT_RUNS_REACHED', message } };
}

function toRunState(run: Run) {
  if (run.code === null) return { life_cycle_state: run.state, state_message: '', user_cancelled_or_timedout: false };
  return toEndState(run.code, run.message);
}

function toAttemptStatus(attempt: Attempt) {
  return attempt.code === null ? { state: attempt.state } : toTermination(attempt.code, attempt.message);
}

function toAttemptState(attempt: Attempt) {
  if (attempt.code !== null) return toEndState(attempt.code, attempt.message);
  const lifeCycle = attempt.state === 'WAITING' ? 'WAITING_FOR_RETRY' : attempt.state;
  return { life_cycle_state: lifeCycle, state_message: '', user_cancelled_or_timedout: false };
}

function toEndState(code: NonNullable<Run['code']>, message: string) {
  const { lifeCycle, result } = terminations[code];
  return {
    life_cycle_state: lifeCycle,
    result_state: result,
    state_message: message,
    user_cancelled_or_timedout: code === 'USER_CANCELED' || code === 'CANCELED',
  };
}

function toRepairHistory(run: Run) {
  const original = { type: 'ORIGINAL', start_time: run.createdAt, end_time: run.repairs[0]?.startTime ?? 0 };
  const repairs = run.repairs.map((repair) => ({
    type: 'REPAIR',
    id: repair.id,
    start_time: repair.startTime,
    end_time: repair.endTime ?? 0,
    task_run_ids: repair.taskRunIds,
    ...(repair.endTime === null ? { state: toRunState(run), status: toRunStatus(run) } : {}),
  }));
  return [original, ...repairs];
}
