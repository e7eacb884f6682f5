/** One request under an idempotency key. `content` tells whether the key is used for the same request again. */
export interface IdempotentRequest {
  readonly id: string;
  readonly content: string;
  readonly at: string;
}

export interface StoredResponse {
  readonly status: number;
  readonly text: string;
}

export type IdempotencyClaim =
  | { readonly kind: 'new' }
  | { readonly kind: 'answered'; readonly response: StoredResponse }
  | { readonly kind: 'in_progress' | 'different_request' };

export interface IdempotencyKeys {
  /** A claim that is older than `maxSeconds` without a response belongs to an instance that is no more. */
  claim(request: IdempotentRequest, maxSeconds: number): Promise<IdempotencyClaim>;
  storeResponse(request: IdempotentRequest, response: StoredResponse): Promise<void>;
  release(request: IdempotentRequest): Promise<void>;
  /** Deletes old requests, a page at a time. */
  deleteBefore(time: Date): Promise<void>;
}
