/** A number at a moment, such as how many files of a dataset wait. */
export interface Measurement {
  readonly name: string;
  readonly unit: 's' | '1';
  readonly value: number;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Where numbers go, beside the lines of the log. */
export interface Metrics {
  /** Sent when this answers. Throws if they did not arrive. */
  report(measurements: readonly Measurement[]): Promise<void>;
}
