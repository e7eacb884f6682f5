import { createExecutionId } from './completion.ts';
import { EventType, type HistoryEvent } from './events.ts';
import { hasEnded, type Instance } from './instance.ts';
import { maxBytes } from './strict-mode-checks.ts';
import type { TaskHub } from './task-hub.ts';

/** What a caller from outside did wrong, with the status that the extension's API would answer. */
export class DurableApiError extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface Start {
  readonly name: string;
  readonly id?: string;
  readonly version?: string;
  /** JSON. */
  readonly input: string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const badId = /^@|[/\\#?\u0000-\u001f\u007f]/;
const maxIdLength = 100;

/** What can be asked of instances from outside; every answer is committed before it is given. */
export class DurableClient {
  readonly #hub: TaskHub;

  constructor(hub: TaskHub) {
    this.#hub = hub;
  }

  start({ name, id = createExecutionId(), version, input }: Start): string {
    const { store, instances, registry, clock } = this.#hub;
    const target = registry.findOrchestrator(name);
    if (!target) throw new DurableApiError(400, registry.describeMissing(name, 'an orchestrator'));
    if (badId.test(id) || id.length > maxIdLength) {
      throw new DurableApiError(
        400,
        `Instance id '${id}' is not allowed: no @ first, no /, \\, #, ? or control characters, at most 100 characters.`,
      );
    }
    this.#checkSize(`The input of '${name}'`, input);
    store.transaction(() => {
      const old = instances.find(id);
      if (old && !hasEnded(old)) {
        throw new DurableApiError(
          409,
          `An Orchestration instance with the id '${id}' already exists with the status ${old.status}; use that one.`,
        );
      }
      const newInstance = {
        id,
        execution: createExecutionId(),
        name: target.name,
        input,
        parent: null,
        now: clock.now(),
      };
      instances.create({ ...newInstance, version: version ?? registry.defaultVersion });
    });
    this.#hub.wake();
    return id;
  }

  raise(id: string, name: string, input: string | null): void {
    if (input !== null) this.#checkSize(`The event '${name}'`, input);
    const { status } = this.#requireInstance(id);
    if (status === 'Completed' || status === 'Terminated') {
      this.#hub.log(
        'warning',
        `The event '${name}' was raised to '${id}', which is ${status}; the SDK accepts this silently.`,
      );
    }
    // A failed instance keeps it for a rewind, but the caller hears the same as for any other that has ended.
    if (status === 'Failed')
      this.#post(id, { EventType: EventType.EventRaised, EventId: -1, Name: name, Input: input });
    this.#sendToRunning(id, { EventType: EventType.EventRaised, EventId: -1, Name: name, Input: input });
  }

  terminate(id: string, reason: string | null): void {
    this.#sendToRunning(id, { EventType: EventType.ExecutionTerminated, EventId: -1, Input: reason });
  }

  suspend(id: string, reason: string | null): void {
    if (this.#requireInstance(id).status === 'Suspended')
      throw new DurableApiError(500, `Instance '${id}' is suspended already; resume it first.`);
    this.#sendToRunning(id, { EventType: EventType.ExecutionSuspended, EventId: -1, Reason: reason });
  }

  resume(id: string, reason: string | null): void {
    if (this.#requireInstance(id).status === 'Running')
      throw new DurableApiError(500, `Instance '${id}' runs already; only a suspended one resumes.`);
    this.#sendToRunning(id, { EventType: EventType.ExecutionResumed, EventId: -1, Reason: reason });
  }

  restart(id: string, { withNewId }: { readonly withNewId: boolean }): string {
    const { name, version, input } = this.#requireInstance(id);
    return this.start({ name, version, input, ...(withNewId ? {} : { id }) });
  }

  purge(id: string): number {
    const { store, instances } = this.#hub;
    return store.transaction(() => instances.forget(id));
  }

  #requireInstance(id: string): Instance {
    const instance = this.#hub.instances.find(id);
    if (!instance) throw new DurableApiError(404, `No instance with ID '${id}' found.`);
    return instance;
  }

  #sendToRunning(id: string, event: HistoryEvent): void {
    const instance = this.#requireInstance(id);
    if (hasEnded(instance))
      throw new DurableApiError(410, `Instance '${id}' is ${instance.status} already; nothing can be sent to it.`);
    this.#post(id, event);
  }

  #post(id: string, event: HistoryEvent): void {
    const { instances, clock } = this.#hub;
    instances.post(id, null, clock.now(), event);
    this.#hub.wake();
  }

  #checkSize(what: string, text: string): void {
    const bytes = Buffer.byteLength(text);
    if (!this.#hub.isStrict || bytes <= maxBytes) return;
    throw new DurableApiError(
      400,
      `${what} has ${bytes} bytes, more than the ${maxBytes} some backends take; pass a path instead.`,
    );
  }
}
