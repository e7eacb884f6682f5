import type { InvocationContext } from '@azure/functions';
import { formatEvent } from '../../medallion/events.ts';
import type { Problem } from './problem.ts';
import type { Route } from './route.ts';

/** Counts what was rejected since this instance started, by code, and logs an event for each. */
export class RejectionMetrics {
  readonly #counts = new Map<string, number>();

  /** Names the route and the code; what the caller sent may hold anything, and stays out of the log. */
  record(
    { method, path }: Pick<Route, 'method' | 'path'>,
    { code, status }: Problem,
    log: Pick<InvocationContext, 'warn'>,
  ): void {
    this.count(code);
    log.warn(formatEvent('request.rejected', new Date(), { status, code, method, path: `/${path}` }));
  }

  count(code: string): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
  }

  get counts(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}
