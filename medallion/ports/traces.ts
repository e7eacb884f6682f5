/** A piece of work with its parts. Times are ISO texts. */
export interface Span {
  readonly name: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Why it did not end well. */
  readonly error?: string;
  readonly parts?: readonly Span[];
}

/** Where the course of a run goes, beside its record. */
export interface Traces {
  /** Sent when this answers. The same run has the same trace, however often it is sent. Throws if it did not arrive. */
  report(run: string, span: Span): Promise<void>;
}
