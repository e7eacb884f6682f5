/** One page of a list. */
export interface Page<Row> {
  readonly rows: Row[];
  /** The page token of the next page; missing on the last one. */
  readonly next?: string;
}

/** A page token that no page ended with. */
export class UnknownPageTokenError extends Error {
  override readonly name = 'UnknownPageTokenError';

  constructor() {
    super('Unknown page token. Omit `after` to start from the first page.');
  }
}
