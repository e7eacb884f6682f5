import type { InvocationContext } from '@azure/functions';
import type { Problem } from './problem.ts';
import type { Route } from './route.ts';

/** Counts what was refused since this instance started, by code, and writes one line for each. */
export class Refusals {
  readonly #counts = new Map<string, number>();

  /** Names the route and the code; what the caller sent may hold anything, and stays out of the log. */
  tell(
    { method, path }: Pick<Route, 'method' | 'path'>,
    { code, status }: Problem,
    log: Pick<InvocationContext, 'warn'>,
  ) {
    this.count(code);
    log.warn(`Refused ${status} '${code}' for '${method} /${path}'.`);
  }

  count(code: string): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
  }

  get counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}
