import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdPipeline, resumePipeline } from '../../../cli/deployment/hold.ts';
import { loopback } from '../../../functions/http/access.ts';
import type { Route } from '../../../functions/http/route.ts';
import { createRoutes } from '../../../functions/http/routes/index.ts';
import { createRun, toBatch } from '../../support/batches.ts';
import { continuous, stream } from '../../support/samples.ts';
import { createTestContext, send, type TestContext } from '../../support/test-context.ts';

const routes = createRoutes({ access: loopback, environment: 'test', getRejections: () => ({}) });
const hold = { release: '7', patienceSeconds: 5, pollSeconds: 0.01 };

let context: TestContext;
let server: Server;
let isAway = false;
let refusals = 0;
const getOperator = () => ({ app: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });

/** The operator's own routes, over HTTP as a deployment meets them. */
beforeEach(async () => {
  context = createTestContext({ modes: continuous });
  server = createServer(async (request, response) => {
    if (isAway) refusals++;
    const { body, status } = isAway ? { body: {}, status: 503 } : await answer(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => server.close());

async function answer(request: IncomingMessage) {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
  const body = await text(request);
  const [found] = routes.flatMap((route) => {
    const params = match(route, request.method ?? '', pathname.slice(1));
    return params ? [{ route, params }] : [];
  });
  if (!found) throw new Error(`Nothing answers '${request.method} ${pathname}'.`);
  const query = Object.fromEntries(searchParams);
  return send(context, found.route, { params: found.params, query, ...(body ? { body } : {}) });
}

function match({ method, path }: Route, asked: string, pathname: string): Record<string, string> | undefined {
  const pattern = new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
  return method === asked ? (pattern.exec(pathname)?.groups ?? (pattern.test(pathname) ? {} : undefined)) : undefined;
}

const getState = async () => (await context.ports.pipelineControl.getState())?.state;
const getPaused = async () => {
  const { bronze, gold, silver } = await context.ports.streams.getSettings();
  return [bronze, silver, gold].map((settings) => settings?.paused ?? false);
};

describe('holdPipeline', () => {
  it('pauses pipeline and streams, and says why in the audit log', async () => {
    await holdPipeline(getOperator(), hold);

    expect(await getState()).toBe('paused');
    expect(await getPaused()).toEqual([true, true, true]);
    const { rows } = await context.ports.auditLog.list({}, 10);
    expect(new Set(rows.map(({ reason }) => reason))).toEqual(new Set(['deployment 7']));
  });

  it('waits until the run and the stream that are at work have ended', async () => {
    await context.ports.runs.save(createRun(0, 'running'));
    await context.ports.streams.save({ ...stream, state: 'draining' });
    let isHeld = false;
    const held = holdPipeline(getOperator(), hold).then(() => {
      isHeld = true;
    });
    await sleep(100);
    expect(isHeld).toBe(false);
    await context.ports.runs.update(toBatch(0), (run) => ({ ...run, outcome: 'published' }));
    await context.ports.streams.save({ ...stream, state: 'drained' });
    await held;
  });

  it('goes on waiting while the operator does not answer', async () => {
    await context.ports.runs.save(createRun(0, 'running'));
    const held = holdPipeline(getOperator(), hold);
    await expect.poll(async () => [await getState(), ...(await getPaused())]).toEqual(['paused', true, true, true]);
    isAway = true;
    await expect.poll(() => refusals).toBeGreaterThan(0);
    isAway = false;
    await context.ports.runs.update(toBatch(0), (run) => ({ ...run, outcome: 'published' }));
    await held;
  });

  it('waits until whoever publishes has ended, too', async () => {
    await context.ports.streams.setPublishing(true);
    await expect(holdPipeline(getOperator(), { ...hold, patienceSeconds: 0.05 })).rejects.toThrow(
      "this is still at work: the orchestration 'publishStreams'.",
    );
    await context.ports.streams.setPublishing(false);
    await holdPipeline(getOperator(), hold);
    expect(await context.engine.getPipelineStatus()).toBe('Completed');
  });

  it('does not wait for a pipeline that is halted: the deployment may be its cure', async () => {
    const halt = {
      state: 'halted',
      actor: 'pipeline',
      reason: 'Five runs failed.',
      at: '2026-01-01T00:00:00Z',
    } as const;
    await context.ports.pipelineControl.setState(halt);
    await holdPipeline(getOperator(), hold);
    expect(await getState()).toBe('halted');
    expect(await context.engine.getPipelineStatus()).toBe('Running');
  });

  it('names what is in the way after its patience, and lets everything go on', async () => {
    await context.ports.runs.save(createRun(0, 'running'));
    await context.ports.streams.save({ ...stream, state: 'running' });

    await expect(holdPipeline(getOperator(), { ...hold, patienceSeconds: 0.05 })).rejects.toThrow(
      `Nothing was deployed, since this is still at work: run '${toBatch(0)}', the stream of '${stream.layer}'.`,
    );
    expect(await getState()).toBe('running');
    expect(await getPaused()).toEqual([false, false, false]);
  });
});

describe('resumePipeline', () => {
  it('lets go on what a deployment has paused, also one before that failed', async () => {
    await holdPipeline(getOperator(), { ...hold, release: '6' });
    await holdPipeline(getOperator(), hold);
    await resumePipeline(getOperator(), '7');

    expect(await getState()).toBe('running');
    expect(await getPaused()).toEqual([false, false, false]);
    expect(context.wakeUps).toContain('pipeline');
  });

  it('leaves what a person has paused, before the deployment or during it', async () => {
    const reason = 'Costs.';
    const pause = { state: 'paused', actor: 'ann', reason, at: '2026-01-01T00:00:00.000Z' } as const;
    await context.ports.pipelineControl.setState(pause);
    await context.engine.endPipeline();
    const route = (name: string) => routes.find((each) => each.name === name) as Route;
    await send(context, route('updateStream'), { params: { layer: 'gold' }, body: { paused: true, reason } });

    await holdPipeline(getOperator(), hold);
    await resumePipeline(getOperator(), '7');

    expect(await context.ports.pipelineControl.getState()).toEqual(pause);
    expect(await getPaused()).toEqual([false, false, true]);
  });

  it('does nothing where nothing was held, as at the first deployment', async () => {
    await resumePipeline(getOperator(), '7');
    expect((await context.ports.auditLog.list({}, 10)).rows).toEqual([]);
  });
});
