import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createMetrics } from '../../cloud/metrics.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

interface Sent {
  resourceMetrics: {
    scopeMetrics: { metrics: { name: string; unit: string; gauge: { dataPoints: object[] } }[] }[];
  }[];
}

/** Takes what is sent as a collector of OpenTelemetry does. */
async function startSink(status = 200) {
  const requests: { url: string | undefined; body: Sent }[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    requests.push({ url: request.url, body: JSON.parse(Buffer.concat(parts).toString('utf8')) });
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { requests, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const pending = { name: 'files.pending', unit: '1', value: 3, attributes: { dataset: 'bpm' } } as const;

describe('metrics', () => {
  it('have arrived at the collector when the report answers, each with its newest value', async () => {
    const { endpoint, requests } = await startSink();
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
    const { endpoint } = await startSink(400);
    const metrics = await createMetrics(endpoint);
    await expect(metrics.report([pending])).rejects.toThrow(`did not arrive at '${endpoint}/v1/metrics'`);
  });

  it('go nowhere without an address', async () => {
    const metrics = await createMetrics(undefined);
    await expect(metrics.report([pending])).resolves.toBeUndefined();
  });
});
