/**
 * What only the app's process can see of an episode: object identity and tasks that were never yielded are
 * gone once the result is JSON. The host reports what is found here.
 */
interface RawAction {
  readonly actionType?: number;
  readonly functionName?: string;
  readonly compoundActions?: readonly RawAction[];
}

interface RawTask {
  readonly alreadyScheduled?: boolean;
  readonly actionObj?: RawAction;
}

interface OrchestrationApi {
  customStatus?: unknown;
  Task?: Record<string, unknown>;
  [member: string]: unknown;
}

interface Findings {
  readonly mistake?: string;
  readonly warnings: readonly string[];
}

const waitForExternalEvent = 6;
const taskFactories = [
  'callActivity',
  'callActivityWithRetry',
  'callSubOrchestrator',
  'callSubOrchestratorWithRetry',
  'createTimer',
];

/** Starts to watch; the returned function reads off what was seen. */
export function watchOrchestrator(triggerType: string | undefined, context: object): (result: unknown) => Findings {
  if (triggerType !== 'orchestrationTrigger') return () => ({ warnings: [] });
  const created: RawTask[] = [];
  let api: OrchestrationApi | undefined;
  Object.defineProperty(context, 'df', {
    configurable: true,
    get: () => api,
    set: (value: OrchestrationApi) => {
      api = recordTasks(value, created);
    },
  });
  return (result) => {
    const { actions, isDone } = (result ?? {}) as { actions?: readonly (readonly RawAction[])[]; isDone?: boolean };
    const mistake = findSharedTask(actions?.[0] ?? []);
    const warnings = [...checkStatus(api), ...(isDone ? listForgottenTasks(created) : [])];
    return mistake === undefined ? { warnings } : { mistake, warnings };
  };
}

function recordTasks(api: OrchestrationApi, created: RawTask[]): OrchestrationApi {
  for (const name of taskFactories) {
    const original = api[name];
    if (typeof original !== 'function') continue;
    api[name] = (...args: unknown[]) => {
      const task = original.apply(api, args) as RawTask;
      created.push(task);
      return task;
    };
  }
  return api;
}

/** The SDK writes a task that stands in two compound tasks twice, and the extension then schedules it twice. */
function findSharedTask(actions: readonly RawAction[]): string | undefined {
  const seen = new Set<RawAction>();
  const walk = (action: RawAction): RawAction | undefined => {
    if (action.compoundActions) return findFirst(action.compoundActions.map(walk));
    if (seen.has(action) && action.actionType !== waitForExternalEvent) return action;
    seen.add(action);
    return undefined;
  };
  const shared = findFirst(actions.map(walk));
  if (!shared) return undefined;
  const what = shared.functionName ? `the task '${shared.functionName}'` : 'a timer';
  return `${what} stands in two Task.any or Task.all calls and would be scheduled twice; create a new task for each call.`;
}

function findFirst<Value>(values: readonly (Value | undefined)[]): Value | undefined {
  return values.find((value) => value !== undefined);
}

function checkStatus(api: OrchestrationApi | undefined): string[] {
  if (!api || api.customStatus === undefined || api.customStatus) return [];
  return [
    `custom status ${JSON.stringify(api.customStatus)} is not transmitted, the old one stays; set a non-empty value.`,
  ];
}

function listForgottenTasks(created: readonly RawTask[]): string[] {
  return created
    .filter((task) => task.alreadyScheduled === false)
    .map(
      (task) => `the task '${task.actionObj?.functionName ?? 'timer'}' was created but never yielded, so it never ran.`,
    );
}
