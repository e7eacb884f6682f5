import { describe, expect, it } from 'vitest';
import { createTraces } from '../../cloud/traces.ts';
import { startCollector } from '../support/collector.ts';

interface SentSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status: object;
}
interface Sent {
  resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[];
}

const batch = '20260101T000000000Z-0000abcd';
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const toNano = (time: string) => `${Date.parse(time)}000000`;
const span = {
  name: 'run',
  startedAt: at(0),
  endedAt: at(9),
  attributes: { batch, files: 2 },
  parts: [
    { name: 'bronze', startedAt: at(1), endedAt: at(4), attributes: { batch } },
    { name: 'silver', startedAt: at(4), endedAt: at(6), attributes: { batch }, error: 'It was blocked.' },
  ],
};
const getSpans = (body: Sent) => body.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];

describe('traces', () => {
  it('have arrived when the report answers, as one trace with the times of the work', async () => {
    const { endpoint, requests } = await startCollector<Sent>();
    await (await createTraces(endpoint)).report(batch, span);

    expect(requests.map(({ url }) => url)).toEqual(['/v1/traces']);
    const spans = requests.flatMap(({ body }) => getSpans(body));
    const root = spans.find(({ name }) => name === 'run');
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(root).toMatchObject({ startTimeUnixNano: toNano(at(0)), endTimeUnixNano: toNano(at(9)) });
    expect(root?.parentSpanId ?? '').toBe('');
    const parts = spans.filter((each) => each !== root);
    expect(parts.map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual([
      ['bronze', root?.spanId],
      ['silver', root?.spanId],
    ]);
    expect(parts.map(({ status }) => status)).toMatchObject([{ code: 0 }, { code: 2, message: 'It was blocked.' }]);
  });

  it('that are sent twice are there once, and other runs have others', async () => {
    const { endpoint, requests } = await startCollector<Sent>();
    const traces = await createTraces(endpoint);
    for (const run of [batch, batch, 'another']) await traces.report(run, span);
    const [first, second, other] = requests.map(({ body }) => getSpans(body).map((each) => each.spanId + each.traceId));
    expect(second).toEqual(first);
    expect(first?.some((id) => other?.includes(id))).toBe(false);
  });

  it('that do not arrive are no silence', async () => {
    const { endpoint } = await startCollector<Sent>(400);
    const traces = await createTraces(endpoint);
    await expect(traces.report(batch, span)).rejects.toThrow(`did not arrive at '${endpoint}/v1/traces'`);
  });

  it('go nowhere without an address', async () => {
    await expect((await createTraces(undefined)).report(batch, span)).resolves.toBeUndefined();
  });
});
