import { z } from 'zod';
import { parse, parsePage } from '../jobs/request.ts';
import type { Statement } from './statement.ts';

/** Older statements are forgotten; a workspace keeps them for 30 days. */
const maxEntries = 5000;
const maxPage = 1000;

/** A statement with the fields of the Query History API; times are milliseconds since 1970. */
interface Entry {
  readonly query_id: string;
  readonly user_name: string;
  readonly query_text: string;
  readonly query_start_time_ms: number;
  status: 'RUNNING' | 'FINISHED' | 'FAILED' | 'CANCELED';
  query_end_time_ms?: number;
  duration?: number;
  error_message?: string;
}

const ListQueries = z.object({
  max_results: z.coerce.number().int().optional(),
  page_token: z.string().optional(),
});

/** `GET /api/2.0/sql/history/queries`: what was asked of the warehouse, newest first. Everybody sees their own. */
export class QueryHistory {
  readonly #entries: Entry[] = [];

  record(statement: Statement, sql: string, principal: string): void {
    const began = Date.now();
    const names = { query_id: statement.id, user_name: principal, query_text: sql };
    const entry: Entry = { ...names, query_start_time_ms: began, status: 'RUNNING' };
    this.#entries.unshift(entry);
    this.#entries.splice(maxEntries);
    void statement.finished.then(() => {
      entry.query_end_time_ms = Date.now();
      entry.duration = entry.query_end_time_ms - began;
      entry.status = toStatus(statement);
      const error = statement.frame?.head.error;
      if (error) entry.error_message = error.message;
    });
  }

  list(request: unknown, principal: string): Record<string, unknown> {
    const { max_results: limit = 100, page_token } = parse(ListQueries, request);
    const page = parsePage({ limit, page_token }, maxPage);
    const own = this.#entries.filter(({ user_name }) => user_name === principal);
    const next = page.offset + page.limit;
    const isMore = own.length > next;
    return {
      res: own.slice(page.offset, next),
      has_next_page: isMore,
      ...(isMore ? { next_page_token: String(next) } : {}),
    };
  }
}

function toStatus({ frame, stopped }: Statement): Entry['status'] {
  if (frame?.head.error === undefined) return 'FINISHED';
  return stopped === 'none' ? 'FAILED' : 'CANCELED';
}
