/**
 * A service outside the app did not answer.
 *
 * Throw one only where asking again may help: the engine retries whatever is thrown. An answer that will be the same next
 * time is a value; return it.
 */
export abstract class UnavailableError extends Error {}

export class LakeError extends UnavailableError {
  override readonly name = 'LakeError';
}

export class JobServiceError extends UnavailableError {
  override readonly name = 'JobServiceError';
}

export class WarehouseError extends UnavailableError {
  override readonly name = 'WarehouseError';
}
