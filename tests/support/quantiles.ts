import { computeQuantile } from '../../bench/figure.ts';

/** A line for a person to read. */
export function toQuantiles(seconds: readonly number[]): string {
  const at = (share: number) => computeQuantile(seconds, share).toFixed(2);
  return `${seconds.length} files: p50 ${at(0.5)} s, p90 ${at(0.9)} s, p99 ${at(0.99)} s, max ${at(1)} s`;
}
