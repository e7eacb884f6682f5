import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../cloud/metrics.ts';
import { startCollector } from '../support/collector.ts';

interface Sent {
  resourceMetrics: {
    scopeMetrics: { metrics: { name: string; unit: string; gauge: { dataPoints: object[] } }[] }[];
  }[];
}

const pending = { name: 'files.pending', unit: '1', value: 3, attributes: { dataset: 'bpm' } } as const;

describe('metrics', () => {
  it('have arrived at the collector when the report answers, each with its newest value', async () => {
    const { endpoint, requests } = await startCollector<Sent>();
    const metrics = await createMetrics(endpoint);
    await metrics.report([pending, { name: 'pipeline.state', unit: '1', value: 2 }]);
    await metrics.report([{ ...pending, value: 0 }]);

    expect(requests.map(({ url }) => url)).toEqual(['/v1/metrics', '/v1/metrics']);
    const [first, second] = requests.map(({ body }) => body.resourceMetrics[0]?.scopeMetrics[0]?.metrics);
    expect(first).toMatchObject([
      {
        name: 'files.pending',
        gauge: { dataPoints: [{ asDouble: 3, attributes: [{ key: 'dataset', value: { stringValue: 'bpm' } }] }] },
      },
      { name: 'pipeline.state', gauge: { dataPoints: [{ asDouble: 2 }] } },
    ]);
    expect(second?.[0]).toMatchObject({ gauge: { dataPoints: [{ asDouble: 0 }] } });
  });

  it('that do not arrive are no silence', async () => {
    const { endpoint } = await startCollector<Sent>(400);
    const metrics = await createMetrics(endpoint);
    await expect(metrics.report([pending])).rejects.toThrow(`did not arrive at '${endpoint}/v1/metrics'`);
  });

  it('go nowhere without an address', async () => {
    const metrics = await createMetrics(undefined);
    await expect(metrics.report([pending])).resolves.toBeUndefined();
  });
});
