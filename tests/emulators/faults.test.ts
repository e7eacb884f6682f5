import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { FaultPlan } from '../../emulators/shared/fault-plan.ts';
import { type Fault, type Faults, parseFaults, removeCounted, type Service } from '../../emulators/shared/faults.ts';

const example = parseFaults(
  JSON.parse(readFileSync(join(import.meta.dirname, '../../examples/faults.json'), 'utf8')) as unknown,
);

/** Which occurrences of a call are hit, among the first forty, by what happens to them. */
function listHits(faults: Faults, service: Service, call: string): Record<string, number[]> {
  const plan = new FaultPlan(service, faults, () => undefined);
  const hits: Record<string, number[]> = {};
  for (let n = 1; n <= 40; n += 1) {
    for (const { at: _, ...effect } of plan.next(call)) {
      const text = Object.values(effect)
        .map((value) => (typeof value === 'object' ? JSON.stringify(value) : value))
        .join(' ');
      hits[text] = [...(hits[text] ?? []), n];
    }
  }
  return hits;
}

describe('examples/faults.json', () => {
  it.each([
    // { kind: 'dropCompletion', nth: 12 } and { kind: 'duplicateCompletion', nth: 20 }
    ['functions-host', 'completion', { drop: [12], duplicate: [20] }],
    // { kind: 'killWorker', nth: 40 }: right after the call was handed to the app
    ['functions-host', 'invocation', { 'kill worker after': [40] }],
    // { call: 'GetBlobProperties', time: 3, kind: '503' }: before the call has any effect
    ['adls', 'GetBlobProperties', { 'fail 503': [3] }],
    // { call: 'RenamePath', time: 2, kind: 'reset-after' }: the connection is cut when the path is renamed
    ['adls', 'RenamePath', { 'disconnect after': [2] }],
    // { shares: { drop: 0.2, duplicate: 0.4, reorder: 0.3, seed: 7 } }: what the code of before hit among forty events
    [
      'adls',
      'event',
      {
        drop: [3, 5, 8, 15, 20, 23, 28, 29, 33, 35, 36],
        duplicate: [1, 6, 12, 17, 40],
        reorder: [1, 12, 24, 34, 38, 39],
      },
    ],
    // { method: 'POST', path: '/api/2.2/jobs/run-now', call: 2, drop: 'after' }
    ['databricks', 'POST /api/2.2/jobs/run-now', { 'disconnect after': [2] }],
    // { method: 'GET', path: '/api/2.2/jobs/runs/get', call: 5, answer: { status: 429, body, headers } }
    [
      'databricks',
      'GET /api/2.2/jobs/runs/get',
      { 'fail 429 {"error_code":"REQUEST_LIMIT_EXCEEDED"} {"retry-after":"1"}': [5] },
    ],
  ] as const)('does to %s at %s what its four dialects of before did', (service, call, hits) => {
    expect(listHits(example, service, call)).toEqual(hits);
  });

  it('says nothing else', () => {
    expect(example.faults).toHaveLength(10);
  });
});

describe('a fault plan', () => {
  const drop: Fault = { at: { service: 'adls', call: 'event', nth: 2 }, do: 'drop' };
  const duplicate: Fault = { at: { service: 'adls', call: 'event', nth: 2 }, do: 'duplicate' };

  it('does nothing else to what is dropped, and says what it does', () => {
    const lines: string[] = [];
    const plan = new FaultPlan('adls', { faults: [duplicate, drop] }, (line) => lines.push(line));

    expect([plan.next('event'), plan.next('event'), plan.next('event')]).toEqual([[], [drop], []]);
    expect(lines).toEqual(['On purpose: drop at event 2.']);
  });

  it('counts each call by itself, and leaves the faults of others alone', () => {
    const plan = new FaultPlan('adls', { faults: [drop] }, () => undefined);
    for (let n = 0; n < 5; n += 1) expect(plan.next('GetBlob')).toEqual([]);

    expect(new FaultPlan('databricks', { faults: [drop] }, () => undefined).next('event')).toEqual([]);
    expect([plan.next('event'), plan.next('event')]).toEqual([[], [drop]]);
  });

  it('hits the same occurrences with the same seed, and others with another', () => {
    const share: Fault = { at: { service: 'adls', call: 'event', share: 0.5 }, do: 'drop' };
    const [first, again, different] = [1, 1, 2].map((seed) => listHits({ seed, faults: [share] }, 'adls', 'event'));

    expect(again).toEqual(first);
    expect(different).not.toEqual(first);
  });

  it('hits what comes above a rate, each second anew', () => {
    vi.useFakeTimers({ now: 0 });
    onTestFinished(() => void vi.useRealTimers());
    const busy: Fault = { at: { service: 'table-storage', call: 'GetEntity', above: 2 }, do: 'fail', status: 503 };
    const plan = new FaultPlan('table-storage', { faults: [busy] }, () => undefined);
    const play = () => Array.from({ length: 4 }, () => plan.next('GetEntity').length);

    expect(play()).toEqual([0, 0, 1, 1]);
    vi.setSystemTime(1000);
    expect(play()).toEqual([0, 0, 1, 1]);
  });
});

describe('an outage', () => {
  const start = (faults: readonly Fault[], startedAt?: number) => {
    vi.useFakeTimers({ now: 100_000 });
    onTestFinished(() => void vi.useRealTimers());
    const plan = { faults: [...faults], ...(startedAt === undefined ? {} : { startedAt }) };
    return new FaultPlan('databricks', plan, () => undefined);
  };
  const away: Fault = { at: { service: 'databricks', call: '*', from: 10, to: 20 }, do: 'fail', status: 503 };
  const list = 'GET /api/2.2/jobs/list';

  it('hits every request while it lasts, and nothing that is no request', () => {
    const plan = start([away]);
    const play = (second: number) => {
      vi.setSystemTime(100_000 + second * 1000);
      return [list, 'POST /sql/1.0/warehouses/local', 'statement'].map((call) => plan.next(call).length);
    };
    expect([play(9), play(10), play(19), play(20)]).toEqual([
      [0, 0, 0],
      [1, 1, 0],
      [1, 1, 0],
      [0, 0, 0],
    ]);
  });

  it('goes on in a process that is started again, and ends when it should', () => {
    const plan = start([away], 88_000);
    expect(plan.next(list)).toEqual([away]);
    vi.setSystemTime(108_000);
    expect(plan.next(list)).toEqual([]);
  });

  it('is over when a share has its last second', () => {
    const plan = start([{ at: { service: 'databricks', call: list, share: 1, to: 5 }, do: 'disconnect' }]);
    expect(plan.next(list)).toHaveLength(1);
    vi.setSystemTime(105_000);
    expect(plan.next(list)).toEqual([]);
  });

  it('is all that is left for a process that is started again: what is counted is of the first', () => {
    const counted: Fault = { at: { service: 'databricks', call: list, nth: 1 }, do: 'kill' };
    expect(removeCounted({ seed: 3, faults: [counted, away] })).toEqual({ seed: 3, faults: [away] });
  });
});

describe('a fault that matches', () => {
  it('hits the calls that have its text, and counts no others', () => {
    const at = { service: 'databricks', call: 'statement', match: 'ALTER VIEW', nth: 2 } as const;
    const plan = new FaultPlan('databricks', { faults: [{ at, do: 'fail', status: 403 }] }, () => undefined);
    const texts = ['ALTER VIEW a', 'SELECT 1', 'ALTER VIEW b', 'ALTER VIEW c'];
    expect(texts.map((text) => plan.next('statement', text).length)).toEqual([0, 0, 1, 0]);
  });
});

describe('the grammar', () => {
  const event = { service: 'adls', call: 'event', nth: 1 };
  const invocation = { service: 'functions-host', call: 'invocation', nth: 1 };

  it.each([
    [{ at: { service: 'moon', call: 'event', nth: 1 }, do: 'drop' }, /at faults\[0\]\.at\.service/],
    [{ at: { service: 'adls', call: 'event' }, do: 'drop' }, /Name one of 'nth', 'share' and 'above', or the second/],
    [{ at: { service: 'adls', call: 'event', from: 3 }, do: 'drop' }, /Name one of 'nth'.* or the second 'to' which/],
    [{ at: { ...event, share: 0.5 }, do: 'drop' }, /Name only one of 'nth', 'share' and 'above'/],
    [
      { at: { ...event, call: 'GetBlob' }, do: 'pend', milliseconds: 5 },
      /'pend' is not possible at 'GetBlob' of 'adls'/,
    ],
    [{ at: invocation, do: 'shift', milliseconds: 5 }, /'shift' is not possible at 'invocation' of 'functions-host'/],
    [{ at: { ...event, call: '*' }, do: 'drop' }, /'drop' is not possible at '\*' of 'adls'/],
    [{ at: { service: 'databricks', call: 'statement', nth: 1 }, do: 'kill' }, /Possible are fail, delay\./],
    [{ at: { ...invocation, call: 'write' }, do: 'delay', milliseconds: 1 }, /'delay' is not possible at 'write'/],
    [{ at: { ...event, nth: 0 }, do: 'drop' }, /at faults\[0\]\.at\.nth/],
    [{ at: event, do: 'explode' }, /at faults\[0\]\.do/],
    [{ at: event, do: 'delay' }, /at faults\[0\]\.milliseconds/],
    [{ at: event, do: 'drop', when: 'after' }, /Unrecognized key: "when"/],
    [{ at: event, do: 'delay', milliseconds: 5, when: 'after' }, /'when' means nothing at 'event' of 'adls'/],
    [{ at: event, do: 'kill' }, /'kill' is not possible at 'event' of 'adls'. Possible are drop, duplicate, delay, re/],
    [{ at: invocation, do: 'fail', status: 503 }, /'fail' is not possible at 'invocation' of 'functions-host'/],
    [{ at: { ...invocation, call: 'request' }, do: 'kill' }, /'functions-host' has no call 'request'.*'invocation'/],
    [{ at: { service: 'databricks', call: 'run-now', nth: 1 }, do: 'disconnect' }, /such as 'statement'.*'POST \/api/],
    [{ at: { service: 'adls', call: 'GetBlob', nth: 1 }, do: 'kill', process: 'worker' }, /'adls' has no worker/],
    [{ at: { service: 'adls', call: 'GetBlob', nth: 1 }, do: 'fail', status: 200 }, /at faults\[0\]\.status/],
  ])('says where it is broken: %o', (fault, message) => {
    expect(() => parseFaults({ faults: [fault] })).toThrow(message);
  });

  it('knows no other keys', () => {
    expect(() => parseFaults({ host: [] })).toThrow(/Unrecognized key: "host"/);
  });
});
