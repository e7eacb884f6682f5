import { createChances } from '../shared/fault-plan.ts';
import { maxPageSize } from './limits.ts';

/** Neither can be a token of Azurite, which are base64. */
const beginning = '1!beginning';
const end = '1!end';

const emptyShare = 0.1;
const shortShare = 0.2;
const lateEndShare = 0.2;

/** What to do with a query: answer an empty page that is not the last, or ask for a page of a size. */
export type PagePlan =
  | { readonly kind: 'empty'; readonly token: readonly [string, string] | undefined }
  | { readonly kind: 'page'; readonly query: URLSearchParams; readonly size: number };

/**
 * Ends pages early, as the service may: with fewer rows than there are, with none, or after the last row without saying
 * that it was the last. The seed makes each run the same.
 */
export class Pages {
  readonly #nextChance: () => number;

  constructor(seed: number) {
    this.#nextChance = createChances(seed);
  }

  plan(query: URLSearchParams): PagePlan {
    const partition = query.get('NextPartitionKey');
    if (partition === end) return { kind: 'empty', token: undefined };
    if (this.#nextChance() < emptyShare)
      return { kind: 'empty', token: [partition ?? beginning, query.get('NextRowKey') ?? ''] };
    const changed = new URLSearchParams(query);
    if (partition === beginning) {
      changed.delete('NextPartitionKey');
      changed.delete('NextRowKey');
    }
    const max = Number(query.get('$top') ?? maxPageSize);
    const size = this.#nextChance() < shortShare ? Math.max(1, Math.ceil(max * this.#nextChance())) : max;
    changed.set('$top', String(size));
    return { kind: 'page', query: changed, size };
  }

  /** A token that leads to nothing, as the service may give at the end of a partition. */
  findLateEnd(): readonly [string, string] | undefined {
    return this.#nextChance() < lateEndShare ? [end, ''] : undefined;
  }
}
