import type { Gauge } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import type { Measurement, Metrics } from '../medallion/ports/metrics.ts';
import { otlpTimeout, sendOverOtlp, toOtlpUrl } from './otlp.ts';

/** Collects when it is asked, and holds no timer: an app that scales to zero has nobody to wait for one. */
class OnDemandReader extends MetricReader {
  protected override onForceFlush = async (): Promise<void> => {};
  protected override onShutdown = async (): Promise<void> => {};
}

/** Sends numbers over OTLP to the collector at an address. */
export function createOtlpMetrics(endpoint: string): Metrics {
  const url = toOtlpUrl(endpoint, 'metrics');
  const exporter = new OTLPMetricExporter({ url, timeoutMillis: otlpTimeout });
  const reader = new OnDemandReader();
  const meter = new MeterProvider({ readers: [reader] }).getMeter('medallion');
  const gauges = new Map<string, Gauge>();
  const record = ({ attributes = {}, name, unit, value }: Measurement) => {
    const gauge = gauges.get(name) ?? meter.createGauge(name, { unit });
    gauges.set(name, gauge);
    gauge.record(value, attributes);
  };
  return {
    report: async (measurements) => {
      for (const measurement of measurements) record(measurement);
      const { resourceMetrics } = await reader.collect();
      await sendOverOtlp(exporter, resourceMetrics, { url, what: 'metrics' });
    },
  };
}
