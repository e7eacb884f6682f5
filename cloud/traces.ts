import type { Traces } from '../medallion/ports/traces.ts';

/** Sends the course of runs to a collector of OpenTelemetry, if there is one. Loads its library only then. */
export async function createTraces(endpoint: string | undefined): Promise<Traces> {
  if (endpoint === undefined) return { report: async () => {} };
  const { createOtlpTraces } = await import('./otlp-traces.ts');
  return createOtlpTraces(endpoint);
}
