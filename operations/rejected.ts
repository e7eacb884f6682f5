/** Why an operation said no. The HTTP layer maps these codes to problems. */
export type RejectionCode =
  | 'conflict'
  | 'empty_selection'
  | 'not_found'
  | 'plan_expired'
  | 'plan_outdated'
  | 'query_failed'
  | 'selection_too_large'
  | 'unknown_dataset';

/** The answer is no, and will be the same next time. */
export interface Rejected {
  readonly kind: 'rejected';
  readonly code: RejectionCode;
  readonly reason: string;
  /** What has changed since a plan was made, one sentence each. */
  readonly changedInputs?: readonly string[];
}

export const isRejected = (result: object): result is Rejected => 'kind' in result && result.kind === 'rejected';
