import type { Metrics } from '../medallion/ports/metrics.ts';

/**
 * Sends numbers to a collector of OpenTelemetry, if there is one. The log has the same numbers in any case. Its library takes
 * a fifth of a second to load, which an app that starts for each burst does not spend for nothing.
 */
export async function createMetrics(endpoint: string | undefined): Promise<Metrics> {
  if (endpoint === undefined) return { report: async () => {} };
  const { createOtlpMetrics } = await import('./otlp-metrics.ts');
  return createOtlpMetrics(endpoint);
}
