interface Exporter<Items> {
  export(items: Items, done: (result: { readonly code: number; readonly error?: Error }) => void): void;
}

/** Where a collector of OpenTelemetry takes one kind of thing. */
export const toOtlpUrl = (endpoint: string, kind: 'metrics' | 'traces') => `${endpoint.replace(/\/$/, '')}/v1/${kind}`;

/** Sends what was collected. Throws, with what it is and where it should go, if it did not arrive. */
export async function sendOverOtlp<Items>(
  exporter: Exporter<Items>,
  items: Items,
  { url, what }: { readonly url: string; readonly what: string },
): Promise<void> {
  const result = await new Promise<{ readonly code: number; readonly error?: Error }>((resolve) =>
    exporter.export(items, resolve),
  );
  if (result.code !== 0) throw new Error(`The ${what} did not arrive at '${url}': ${result.error?.message}`);
}

/** So long a collector may take to answer, in milliseconds. */
export const otlpTimeout = 10_000;
