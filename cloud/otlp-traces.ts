import { createHash } from 'node:crypto';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Span, Traces } from '../medallion/ports/traces.ts';
import { otlpTimeout, sendOverOtlp, toOtlpUrl } from './otlp.ts';

/** Sends the course of runs over OTLP to the collector at an address. */
export function createOtlpTraces(endpoint: string): Traces {
  const url = toOtlpUrl(endpoint, 'traces');
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: otlpTimeout });
  return {
    report: (run, span) => sendOverOtlp(exporter, collect(run, span), { url, what: 'trace' }),
  };
}

/** Spans as a library makes them while work goes on, but of work that has ended. */
function collect(run: string, span: Span) {
  const memory = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    idGenerator: createIds(run),
    spanProcessors: [new SimpleSpanProcessor(memory)],
  });
  const tracer = provider.getTracer('medallion');
  const add = ({ attributes, endedAt, error, name, parts = [], startedAt }: Span, parent = context.active()): void => {
    const begun = tracer.startSpan(name, { startTime: new Date(startedAt), attributes }, parent);
    if (error !== undefined) begun.setStatus({ code: SpanStatusCode.ERROR, message: error });
    for (const part of parts) add(part, trace.setSpan(parent, begun));
    begun.end(new Date(endedAt));
  };
  add(span);
  return memory.getFinishedSpans();
}

/** Ids that follow from the name of the run, so that what is sent twice is there once. */
function createIds(run: string) {
  const hash = (text: string, length: number) => createHash('sha256').update(text).digest('hex').slice(0, length);
  let spans = 0;
  return {
    generateTraceId: () => hash(run, 32),
    generateSpanId: () => hash(`${run}/${spans++}`, 16),
  };
}
