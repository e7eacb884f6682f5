/**
 * A service outside the app did not answer.
 *
 * Throw one only where asking again may help: the engine retries whatever is thrown. An answer that will be the same next
 * time is a value; return it.
 */
export abstract class UnavailableError extends Error {
  /** When the service wants to be asked again, if it says so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, { retryAfterSeconds, ...options }: UnavailableOptions = {}) {
    super(message, options);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

interface UnavailableOptions extends ErrorOptions {
  readonly retryAfterSeconds?: number | undefined;
}

export class LakeError extends UnavailableError {
  override readonly name = 'LakeError';
}

export class JobServiceError extends UnavailableError {
  override readonly name = 'JobServiceError';
}

export class WarehouseError extends UnavailableError {
  override readonly name = 'WarehouseError';
}

const passingStatuses = [408, 429, 500, 502, 503, 504];

/**
 * Whether a service is away for now. The client of the state table throws errors of its own: those without a status had
 * no answer at all, and those of the credential had no token.
 */
export function isOutage(error: unknown): error is Error {
  if (error instanceof UnavailableError) return true;
  if (!(error instanceof Error)) return false;
  if (error.name === 'CredentialUnavailableError') return true;
  if (error.name !== 'RestError') return false;
  const { statusCode } = error as { statusCode?: number };
  return statusCode === undefined || passingStatuses.includes(statusCode);
}
