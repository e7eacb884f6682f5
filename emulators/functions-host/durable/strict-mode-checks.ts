import type { Log } from '../log.ts';
import { type Action, ActionType, type RetryOptions } from './actions.ts';
import { EventType } from './events.ts';
import type { Instance } from './instance.ts';
import { OrchestratorMistake } from './mistake.ts';
import type { ReplayState } from './replay-state.ts';

export const warnBytes = 48 * 1024;
export const maxBytes = 1024 * 1024;
const maxStatusBytes = 16 * 1024;

/**
 * The pitfalls of SDK 3.5: code that looks right and hangs or loses data in Azure without a word. Here it fails with a
 * message, or is warned of, once per place.
 */
export class StrictModeChecks {
  readonly #warned: Set<string>;
  readonly #log: Log;
  readonly #isStrict: boolean;
  readonly #name: string;
  readonly #history: readonly string[];

  constructor(options: {
    readonly instance: Instance;
    readonly history: readonly string[];
    readonly warned: Set<string>;
    readonly isStrict: boolean;
    readonly log: Log;
  }) {
    const { instance, history, warned, isStrict, log } = options;
    this.#name = `Orchestrator '${instance.name}', instance '${instance.id}'`;
    this.#history = history;
    this.#warned = warned;
    this.#isStrict = isStrict;
    this.#log = log;
  }

  warn(what: string): void {
    const text = `${this.#name}: ${what}`;
    if (!this.#isStrict || this.#warned.has(text)) return;
    this.#warned.add(text);
    this.#log('warning', text);
  }

  onAction(action: Action): void {
    if (!this.#isStrict) return;
    if (action.retryOptions) this.#checkRetry(action.functionName ?? '', action.retryOptions);
    if (isActivityCall(action) && typeof action.input === 'string') this.#checkText(action.functionName, action.input);
    if (action.actionType === ActionType.ContinueAsNew && typeof action.input === 'string') {
      this.warn('a plain string passed to continueAsNew is encoded twice; pass an object.');
    }
    this.checkSize(`the input of '${action.functionName ?? 'continueAsNew'}'`, JSON.stringify(action.input ?? null));
    if (hasTimestamp(action.input)) this.#warnOfTimestamp(`the input of '${action.functionName ?? 'continueAsNew'}'`);
  }

  /** Two open waits for one event: the SDK would resolve the later one first. */
  onWaits(actions: readonly Action[]): void {
    const waits = new Map<string, number>();
    for (const { actionType, externalEventName: name } of actions) {
      if (actionType === ActionType.WaitForExternalEvent && name) waits.set(name, (waits.get(name) ?? 0) + 1);
    }
    for (const [name, count] of waits) {
      if (count > 1 && count - this.#countRaised(name) > 1) {
        this.warn(
          `two waits for the event '${name}' are open at once and the later one is resolved first; keep one task and wait for it again.`,
        );
      }
    }
  }

  onStart(input: string): void {
    this.checkSize('its input', input);
    if (input.includes('"Timestamp"') && hasTimestamp(JSON.parse(input))) this.#warnOfTimestamp('its input');
  }

  onCustomStatus(text: string): void {
    if (this.#isStrict && Buffer.byteLength(text) > maxStatusBytes) {
      throw new OrchestratorMistake(
        'The custom status is larger than 16 KB; keep data elsewhere and set a short status.',
      );
    }
  }

  /** The function has returned, but the instance stays Running until these have fired. */
  onOpenTimers({ open }: ReplayState): void {
    for (const { kind, name, due } of Object.values(open)) {
      if (kind !== 'timer' || name !== 'timer' || due === undefined) continue;
      this.warn(
        `it has returned but stays Running until its timer due ${new Date(due).toISOString()} fires; cancel timers that lost.`,
      );
    }
  }

  checkSize(what: string, text: string): void {
    const bytes = Buffer.byteLength(text);
    if (this.#isStrict && bytes > maxBytes) {
      throw new OrchestratorMistake(
        `${what} has ${bytes} bytes, more than the ${maxBytes} some backends take; pass a path instead.`,
      );
    }
    if (bytes > warnBytes) this.warn(`${what} has ${bytes} bytes; pass a path instead of the data.`);
  }

  #countRaised(name: string): number {
    const mark = `"Name":${JSON.stringify(name)}`;
    const isRaise = `{"EventType":${EventType.EventRaised},`;
    return this.#history.filter((text) => text.startsWith(isRaise) && text.includes(mark)).length;
  }

  #checkRetry(name: string, { retryTimeoutInMilliseconds: timeout }: RetryOptions): void {
    if (timeout === undefined || timeout === null) return;
    throw new OrchestratorMistake(
      `'${name}' is called with retryTimeoutInMilliseconds, on which SDK and extension disagree when it passes; limit the attempts instead.`,
    );
  }

  #checkText(name: string | undefined, encoded: string): void {
    const text = JSON.parse(encoded) as string;
    if (looksLikeJson(text))
      this.warn(
        `the string ${encoded.slice(0, 60)} passed to '${name}' arrives there as ${describeKind(text)}; pass an object.`,
      );
  }

  #warnOfTimestamp(what: string): void {
    this.warn(`${what} has a field 'Timestamp', which becomes a Date in the orchestrator; name it otherwise.`);
  }
}

function isActivityCall({ actionType }: Action): boolean {
  return actionType === ActionType.CallActivity || actionType === ActionType.CallActivityWithRetry;
}

function looksLikeJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function describeKind(text: string): string {
  const value: unknown = JSON.parse(text);
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function hasTimestamp(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, nested]) => (key === 'Timestamp' && typeof nested === 'string') || hasTimestamp(nested),
  );
}
