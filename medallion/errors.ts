/**
 * A promise the outside world broke.
 *
 * Throw one only where asking again may help: the engine retries whatever is
 * thrown. An answer that will be the same next time is a value; return it.
 */
export abstract class WorldError extends Error {
  abstract readonly code: string;
}

export class LakeError extends WorldError {
  override readonly name = 'LakeError';
  readonly code = 'lake_unavailable';
}

export class JobServiceError extends WorldError {
  override readonly name = 'JobServiceError';
  readonly code = 'job_service_unavailable';
}

export class WarehouseError extends WorldError {
  override readonly name = 'WarehouseError';
  readonly code = 'warehouse_unavailable';
}
