import type { OrchestrationContext, Task } from 'durable-functions';
import { parseEvent } from './logged-events.ts';
import { requireSmall } from './message-size.ts';

type Script = Record<string, (input: never) => unknown>;

/** What an orchestrator yields. */
interface PlayedTask {
  readonly kind: 'activity' | 'child' | 'timer' | 'event' | 'any' | 'all';
  readonly name: string;
  readonly input?: unknown;
  readonly tasks?: PlayedTask[];
}

interface Recording {
  /** Names of everything that was yielded, in order. */
  readonly calls: string[];
  readonly inputs: Record<string, unknown>[];
  /** Lines of the log. */
  readonly logged: Record<string, unknown>[];
  time: number;
  continued?: unknown;
  cancelled: number;
}

export interface Played<Output> extends Readonly<Omit<Recording, 'time'>> {
  readonly output: Output;
}

/** What goes into an orchestration and comes out of it goes as JSON, so here it does too. */
const toJson = (value: unknown) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

/** Plays an orchestrator to its end: answers come from a script, and the clock jumps to each timer. */
export function play<Output>(
  orchestrator: (context: OrchestrationContext) => Generator<Task, Output, unknown>,
  input: unknown,
  script: Script,
): Played<Output> {
  const recording: Recording = {
    calls: [],
    inputs: [],
    logged: [],
    time: Date.parse('2026-01-01T00:00:00Z'),
    continued: undefined,
    cancelled: 0,
  };
  const generator = orchestrator(createContext(recording, input));
  let step = generator.next();
  const answered = new Map<PlayedTask, () => unknown>();
  const ask = (task: PlayedTask): unknown => {
    // A task that was yielded before, alone or with others, has its result already.
    const before = answered.get(task);
    if (before) return before();
    const result = settle(() => answer(task, recording, script, ask));
    answered.set(task, result);
    return result();
  };
  while (!step.done) step = advance(generator, () => ask(step.value as unknown as PlayedTask));
  const { time: _, ...rest } = recording;
  return { output: step.value, ...rest };
}

/** The result of a call, or what it threw, as often as it is wanted. */
function settle(getAnswer: () => unknown): () => unknown {
  try {
    const result = getAnswer();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function advance<Output>(generator: Generator<Task, Output, unknown>, getAnswer: () => unknown) {
  let result: unknown;
  try {
    result = getAnswer();
  } catch (error) {
    return generator.throw(error);
  }
  return generator.next(result);
}

function createContext(recording: Recording, input: unknown): OrchestrationContext {
  const createTask = (kind: PlayedTask['kind'], name: string, value?: unknown): PlayedTask => ({
    kind,
    name,
    input: toJson(value),
  });
  const log = (line: string) => {
    const { at, event, fields } = parseEvent(line);
    recording.logged.push({ event, at, ...fields });
  };
  const df = {
    instanceId: 'played',
    isReplaying: false,
    getInput: () => toJson(input),
    get currentUtcDateTime() {
      return new Date(recording.time);
    },
    newGuid: () => '01234567-89ab-4cde-8f01-23456789abcd',
    callActivityWithRetry: (name: string, _retry: unknown, value: unknown) => createTask('activity', name, value),
    callSubOrchestrator: (name: string, value: unknown) => createTask('child', name, value),
    createTimer: (at: Date) => ({
      ...createTask('timer', 'timer', at.toISOString()),
      cancel: () => recording.cancelled++,
    }),
    waitForExternalEvent: (name: string) => createTask('event', name),
    Task: {
      any: (tasks: PlayedTask[]) => ({ kind: 'any', name: 'any', tasks }),
      all: (tasks: PlayedTask[]) => ({ kind: 'all', name: 'all', tasks }),
    },
    continueAsNew: (next: unknown) => {
      requireSmall(next, 'The input of the next generation');
      recording.continued = toJson(next);
    },
  };
  return { df, info: log, warn: log, error: log } as unknown as OrchestrationContext;
}

function answer(task: PlayedTask, recording: Recording, script: Script, ask: (task: PlayedTask) => unknown): unknown {
  const { input, kind, name, tasks = [] } = task;
  if (kind === 'all') return tasks.map((part) => settle(() => ask(part))).map((result) => result());
  if (kind === 'any') {
    const [event, limit] = tasks;
    recording.calls.push(event?.name ?? '');
    return script[event?.name ?? ''] ? event : limit;
  }
  recording.calls.push(name);
  if (kind === 'timer') {
    recording.time = Date.parse(String(input));
    return undefined;
  }
  requireSmall(input, `The input of '${name}'`);
  recording.inputs.push({ [name]: input });
  const scripted = script[name];
  if (!scripted) throw new Error(`Nothing in the script answers '${name}'.`);
  const result = toJson(scripted(input as never));
  requireSmall(result, `The result of '${name}'`);
  return result;
}
