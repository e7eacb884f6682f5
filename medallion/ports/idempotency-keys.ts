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
  /** `firstAt`: when the request first came. An earlier call may have broken off, at any place. */
  | { readonly kind: 'new'; readonly firstAt: string }
  | { readonly kind: 'answered'; readonly response: StoredResponse }
  | { readonly kind: 'in_progress' }
  | { readonly kind: 'different_request' };

export interface IdempotencyKeys {
  /** A claim that was not renewed for `maxSeconds`, without a response, belongs to an instance that is no more. */
  claim(request: IdempotentRequest, maxSeconds: number): Promise<IdempotencyClaim>;
  /** Says that the request is still being handled. Nothing happens if somebody else has taken it over. */
  renew(request: IdempotentRequest, now: Date): Promise<void>;
  /** Nothing happens if somebody else has taken the request over. */
  storeResponse(request: IdempotentRequest, response: StoredResponse): Promise<void>;
  /** Lets the next one try again. When the request first came stays known. Nothing happens if it was taken over. */
  release(request: IdempotentRequest): Promise<void>;
  /** Deletes old requests, a page at a time. */
  deleteBefore(time: Date): Promise<void>;
}
