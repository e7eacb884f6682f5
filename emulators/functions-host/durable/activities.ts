import { HandlerError, WorkerLostError } from '../worker/app-process.ts';
import type { TypedValue } from '../worker/messages.ts';
import { EventType, type HistoryEvent } from './events.ts';
import type { Work } from './instance.ts';
import { maxBytes, warnBytes } from './strict-mode-checks.ts';
import type { TaskHub } from './task-hub.ts';

/** Runs scheduled activities, at least once each. */
export class Activities {
  readonly #hub: TaskHub;
  readonly #losses = new Map<number, number>();

  constructor(hub: TaskHub) {
    this.#hub = hub;
  }

  async run(work: Work): Promise<void> {
    const event = await this.#runActivity(work);
    const effects = this.#hub.faults.next('completion').map((fault) => fault.do);
    if (effects.includes('drop')) return;
    const { store, instances, clock } = this.#hub;
    store.transaction(() => {
      if (store.run('DELETE FROM work WHERE n = ?', work.n) === 0) return;
      instances.post(work.id, work.execution, clock.now(), event);
      if (effects.includes('duplicate')) instances.post(work.id, work.execution, clock.now(), event);
    });
    this.#losses.delete(work.n);
    this.#hub.wake();
  }

  async #runActivity(work: Work): Promise<HistoryEvent> {
    const target = this.#hub.registry.findActivity(work.name);
    if (!target) return createFailed(work, this.#hub.registry.describeMissing(work.name, 'an activity'), '');
    try {
      const triggerMetadata = { data: { json: work.input ?? 'null' }, instanceId: { string: work.id } };
      const answer = await this.#hub.call(
        target,
        { [target.triggerName]: toInputValue(work.input) },
        { triggerMetadata },
      );
      return this.#createCompleted(work, toResultText(answer.returnValue));
    } catch (error) {
      if (error instanceof WorkerLostError) return this.#countLoss(work, error);
      if (error instanceof HandlerError) return createFailed(work, error.message, error.stack ?? '');
      throw error;
    }
  }

  #createCompleted(work: Work, result: string): HistoryEvent {
    const bytes = Buffer.byteLength(result);
    if (this.#hub.isStrict && bytes > maxBytes) {
      return createFailed(
        work,
        `its result has ${bytes} bytes, more than the ${maxBytes} some backends take; return a path instead.`,
        '',
      );
    }
    if (this.#hub.isStrict && bytes > warnBytes) {
      this.#hub.log(
        'warning',
        `The result of activity '${work.name}' has ${bytes} bytes; return a path instead of the data.`,
      );
    }
    return { EventType: EventType.TaskCompleted, EventId: -1, TaskScheduledId: work.task, Result: result };
  }

  #countLoss(work: Work, error: WorkerLostError): HistoryEvent {
    const losses = (this.#losses.get(work.n) ?? 0) + 1;
    this.#losses.set(work.n, losses);
    if (losses < this.#hub.maxLosses || this.#hub.isStopping) throw error;
    return createFailed(
      work,
      `the app's process ended ${losses} times under it; look for process.exit or memory use.`,
      '',
    );
  }
}

/** A JSON string reaches the worker without its quotes, all else as JSON text, as the extension's string binding does. */
function toInputValue(input: string | null): TypedValue {
  const value: unknown = JSON.parse(input ?? 'null');
  return { string: typeof value === 'string' ? value : JSON.stringify(value) };
}

function toResultText(value: TypedValue | null | undefined): string {
  if (!value) return 'null';
  if (value.json !== undefined) return value.json;
  if (value.bytes) return JSON.stringify(Buffer.from(value.bytes).toString('base64'));
  return JSON.stringify(value.string ?? value.int ?? value.double ?? null);
}

function createFailed(work: Work, message: string, stack: string): HistoryEvent {
  return {
    EventType: EventType.TaskFailed,
    EventId: -1,
    TaskScheduledId: work.task,
    Reason: `Activity function '${work.name}' failed:  ${message}`,
    Details: JSON.stringify({ ClassName: 'System.Exception', Message: message, StackTraceString: stack }),
  };
}
