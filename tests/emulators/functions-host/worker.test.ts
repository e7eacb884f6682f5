import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp, HostUnderTest, waitFor } from './test-host.ts';

async function getProcessId(host: HostUnderTest): Promise<number> {
  const { pid } = (await (await host.get('/api/environment')).json()) as { pid: number };
  return pid;
}

describe("the app's process", () => {
  let host: HostUnderTest;
  beforeAll(async () => {
    host = await HostUnderTest.startNew({ watchdog: { hangSeconds: 1.5, maxLosses: 2, functionTimeoutSeconds: 2 } });
  });
  afterAll(() => host.end());

  it('is started again when it dies', async () => {
    const before = await getProcessId(host);

    expect((await host.get('/api/exit')).status).toBe(500);

    expect(await getProcessId(host)).not.toBe(before);
    await host.waitForLog(/Lost the app: the app's process ended \(exit code 3\)/);
  });

  it('is replaced when it hangs', async () => {
    const before = await getProcessId(host);

    expect((await host.get('/api/loop')).status).toBe(500);

    expect(await getProcessId(host)).not.toBe(before);
    await host.waitForLog(/The app answered nothing for 1.5 s/);
  });

  it('gives work that was under way to the next process', async () => {
    await host.startInstance('runsActivity', 'killed-1', { name: 'slow', input: 300 });
    await waitFor('it runs', () =>
      host.readLines().some((line) => line['activity'] === 'slow' && line['milliseconds'] === 300),
    );
    process.kill(await getProcessId(host), 'SIGKILL');

    expect((await host.waitUntilEnded('killed-1')).output).toBe(300);
    expect(host.readLines().filter((line) => line['milliseconds'] === 300)).toHaveLength(2);
  });

  it('is replaced when a function runs into its timeout, which fails the activity', async () => {
    const { output } = await host.run('runsActivity', 'timeout-1', { name: 'slow', input: 10_000 });

    expect(output).toContain("Function 'slow' ran longer than functionTimeout (2 s)");
  });

  it('is replaced after the time that host.json gives to a function', async () => {
    const ofItsOwn = new HostUnderTest();
    const code = `app.http('sleeps', { handler: () => new Promise((end) => setTimeout(end, 20_000)) });`;
    await ofItsOwn.start({ appDirectory: createApp(ofItsOwn, code, { functionTimeout: '00:00:01' }) });

    expect((await ofItsOwn.get('/api/sleeps')).status).toBe(500);

    await ofItsOwn.waitForLog(/Function 'sleeps' ran longer than functionTimeout \(1 s\)/);
    await ofItsOwn.end();
  });

  it('does not keep an activity for ever that always takes it down', async () => {
    const { output } = await host.run('runsActivity', 'exits-1', { name: 'exits' });

    expect(output).toContain("the app's process ended 2 times under it; look for process.exit");
  });
});

describe('faults', () => {
  it('lose and double completions and kill the process, and every result is right', async () => {
    const host = await HostUnderTest.startNew({
      faults: {
        faults: [
          { at: { service: 'functions-host', call: 'completion', nth: 2 }, do: 'drop' },
          { at: { service: 'functions-host', call: 'completion', nth: 4 }, do: 'duplicate' },
          {
            at: { service: 'functions-host', call: 'invocation', nth: 9 },
            do: 'kill',
            process: 'worker',
            when: 'after',
          },
        ],
      },
    });

    expect((await host.run('chain', 'chain-1', { count: 6 })).output).toBe(21);
    const runs = host.readLines().filter((line) => line['activity'] === 'slow').length;
    expect(runs).toBeGreaterThanOrEqual(7);
    await host.waitForLog(/Lost the app/);
    await host.end();
  });
});

describe('a kill at a write of the app', () => {
  it.each([
    ['before it is sent', 'before', [1, 2, 3, 4, 5]],
    ['after it was answered', 'after', [1, 2, 2, 3, 4, 5]],
  ] as const)('ends the process %s, and what was begun is done again', async (_, when, expected) => {
    const { address, bodies, close } = await startStorage();
    const at = { service: 'functions-host', call: 'write', match: '/storage/', nth: 2 } as const;
    const host = new HostUnderTest({ faults: { faults: [{ at, do: 'kill', when }] }, settings: { STORAGE: address } });
    await host.start({ appDirectory: createApp(host, writer) });

    expect((await host.run('writes', 'writes-1')).runtimeStatus).toBe('Completed');
    expect(bodies).toEqual(expected);
    await host.waitForLog(/On purpose: kill at write/);
    await host.end();
    close();
  });
});

/** Keeps what is sent to it. */
async function startStorage() {
  const bodies: number[] = [];
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => bodies.push(Number(chunk)));
    request.on('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/storage/`, bodies, close: () => void server.close() };
}

const writer = `
  import { request } from 'node:http';
  app.http('start', { route: 'start/{name}/{id}', methods: ['POST'], extraInputs: [df.input.durableClient()],
    handler: async ({ params }, context) => {
      await df.getClient(context).startNew(params.name, { instanceId: params.id });
      return { status: 202 };
    } });
  df.app.orchestration('writes', function* (context) {
    for (let n = 1; n <= 5; n++) yield context.df.callActivity('write', n);
  });
  df.app.activity('write', { handler: (n) => new Promise((resolve, reject) => {
    const sent = request(process.env.STORAGE, { method: 'PUT' }, (response) => response.resume().on('end', resolve));
    sent.on('error', reject).end(String(n));
  }) });
`;

describe('an app that cannot be served', () => {
  it.each([
    ['no function', '', /'main.mjs' registered no function; look for a second copy of @azure\/functions/],
    ['an error at load', "throw new Error('broken app');", /cannot start: broken app/],
    [
      'a queue trigger',
      "app.storageQueue('q', { queueName: 'q', connection: 'C', handler() {} });",
      /Function 'q' has a trigger of type 'queueTrigger'/,
    ],
    [
      'an entity',
      "df.app.entity('counter', () => {});",
      /Function 'counter' has a trigger of type 'entityTrigger'.*keep the state elsewhere/,
    ],
    [
      'a blob function that polls',
      "app.storageBlob('b', { path: 'c/{n}', connection: 'C', sdkBinding: true, handler() {} });",
      /set source: 'EventGrid'/,
    ],
    [
      'a blob function with content',
      "app.storageBlob('b', { path: 'c/{n}', connection: 'C', source: 'EventGrid', handler() {} });",
      /set sdkBinding: true/,
    ],
    [
      'an output binding',
      "app.http('h', { handler() {}, extraOutputs: [{ type: 'queue', name: 'out', direction: 'out' }] });",
      /has the out binding 'out' of type 'queue'/,
    ],
    [
      'a broken schedule',
      "app.timer('t', { schedule: 'daily', handler() {} });",
      /'daily' is not an NCRONTAB expression/,
    ],
    [
      'a missing setting',
      "app.timer('t', { schedule: '%WHEN%', handler() {} });",
      /App setting 'WHEN' named by %WHEN% in the bindings of function 't' is not set/,
    ],
    [
      'an unknown constraint',
      "app.http('h', { route: 'a/{b:colour}', handler() {} });",
      /has the unknown constraint 'colour'/,
    ],
  ])('is refused at start for %s', async (_, code, message) => {
    const host = new HostUnderTest();

    await expect(host.start({ appDirectory: createApp(host, code) })).rejects.toThrow(message);
    await host.end();
  });

  it('leaves out a function that is disabled by a setting', async () => {
    const host = new HostUnderTest();
    const code =
      "app.http('on', { handler: () => ({ body: 'on' }) }); app.http('off', { handler: () => ({ body: 'off' }) });";
    await host.start({ appDirectory: createApp(host, code), settings: { 'AzureWebJobs.off.Disabled': 'true' } });

    expect([(await host.get('/api/on')).status, (await host.get('/api/off')).status]).toEqual([200, 404]);
    await host.end();
  });

  it('keeps a second host off the same store until the first has ended', async () => {
    const host = await HostUnderTest.startNew();

    await expect(host.start()).rejects.toThrow('is in use by another host; stop that one first.');
    await host.stop();
    await host.start();

    expect((await host.get('/api/hello')).status).toBe(201);
    await host.end();
  });
});
