import type { OrchestrationContext, Task } from 'durable-functions';

type Script = Record<string, (input: never) => unknown>;

interface Request {
  readonly kind: 'activity' | 'child' | 'timer' | 'event' | 'any' | 'all';
  readonly name: string;
  readonly input?: unknown;
  readonly tasks?: Request[];
  cancel?: () => void;
}

export interface Played<Output> {
  readonly output: Output;
  /** Everything that was asked for, in order. */
  readonly calls: string[];
  readonly inputs: Record<string, unknown>[];
  readonly continued?: unknown;
  readonly cancelled: number;
}

/** What crosses the border of an orchestration crosses it as JSON, so here it does too. */
const throughJson = (value: unknown) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

/** Plays an orchestrator to its end: answers come from a script, and the clock jumps to each timer. */
export function play<Output>(
  orchestrator: (context: OrchestrationContext) => Generator<Task, Output, unknown>,
  input: unknown,
  script: Script,
): Played<Output> {
  const calls: string[] = [];
  const inputs: Record<string, unknown>[] = [];
  const state: { now: number; continued?: unknown; cancelled: number } = {
    now: Date.parse('2026-01-01T00:00:00Z'),
    cancelled: 0,
  };
  const ask = (kind: Request['kind'], name: string, given?: unknown): Request => ({
    kind,
    name,
    input: throughJson(given),
  });
  const df = {
    instanceId: 'played',
    isReplaying: false,
    getInput: () => throughJson(input),
    get currentUtcDateTime() {
      return new Date(state.now);
    },
    newGuid: () => '01234567-89ab-4cde-8f01-23456789abcd',
    callActivityWithRetry: (name: string, _retry: unknown, given: unknown) => ask('activity', name, given),
    callSubOrchestrator: (name: string, given: unknown) => ask('child', name, given),
    createTimer: (at: Date) => ({
      ...ask('timer', 'timer', at.toISOString()),
      cancel: () => {
        state.cancelled++;
      },
    }),
    waitForExternalEvent: (name: string) => ask('event', name),
    Task: {
      any: (tasks: Request[]) => ({ kind: 'any', name: 'any', tasks }),
      all: (tasks: Request[]) => ({ kind: 'all', name: 'all', tasks }),
    },
    continueAsNew: (next: unknown) => {
      state.continued = throughJson(next);
    },
  };
  const answer = (request: Request): unknown => {
    if (request.kind === 'any') {
      const [first] = request.tasks ?? [];
      const second = request.tasks?.[1];
      calls.push(first?.name ?? '');
      return script[first?.name ?? ''] ? first : second;
    }
    if (request.kind === 'all') return (request.tasks ?? []).map(answer);
    calls.push(request.name);
    if (request.kind === 'timer') {
      state.now = Date.parse(String(request.input));
      return undefined;
    }
    inputs.push({ [request.name]: request.input });
    const scripted = script[request.name];
    if (!scripted) throw new Error(`Nothing in the script answers '${request.name}'.`);
    return throughJson(scripted(request.input as never));
  };

  const context = { df, error: () => undefined, warn: () => undefined } as unknown as OrchestrationContext;
  const generator = orchestrator(context);
  let step = generator.next();
  while (!step.done) {
    let given: unknown;
    try {
      given = answer(step.value as unknown as Request);
    } catch (error) {
      step = generator.throw(error);
      continue;
    }
    step = generator.next(given);
  }
  return { output: step.value, calls, inputs, continued: state.continued, cancelled: state.cancelled };
}
