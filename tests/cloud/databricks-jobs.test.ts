import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Credentials } from '../../cloud/credentials.ts';
import { createJobsClient, parseKeepingIds, parseRetryAfter } from '../../cloud/databricks-jobs.ts';
import type { Environment } from '../../environments/environment.ts';
import { isOutage } from '../../medallion/errors.ts';
import { batch } from '../support/samples.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

type Reply = (request: IncomingMessage, response: ServerResponse) => void;

interface ReceivedRequest {
  readonly url: string;
  readonly body: string;
  readonly token: string;
}

async function startWorkspace(reply: Reply): Promise<{ url: string; requests: ReceivedRequest[] }> {
  const requests: ReceivedRequest[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    requests.push({ url: request.url ?? '', body, token: String(request.headers.authorization) });
    reply(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

function createJobs(workspaceUrl: string, databricksToken = async () => 'secret-token') {
  const jobs = { bronze: 'b', silver: 's', gold: 'g' };
  const databricks = {
    workspaceUrl,
    jobs,
    catalog: 'c',
    landingRoot: '/l',
    controlRoot: '/c',
    recordsRoot: '/r',
    warehouseId: 'w',
  };
  const credentials = { databricksToken } as unknown as Credentials;
  return createJobsClient({ databricks } as unknown as Environment, credentials, 0.01);
}

const order = { batch, layer: 'silver', attempt: 1 } as const;
const respond = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

describe('parseKeepingIds', () => {
  it('keeps every digit of ids that are wider than a number', () => {
    expect(parseKeepingIds('{"run_id": 9007199254740993, "jobs": [{"job_id":1}], "number_in_job": 7}')).toEqual({
      run_id: '9007199254740993',
      jobs: [{ job_id: '1' }],
      number_in_job: 7,
    });
  });
});

describe('a job', () => {
  const workspace: Reply = ({ url = '' }, response) =>
    respond(response, 200, url.includes('list') ? { jobs: [{ job_id: 7 }] } : { run_id: 8 });

  it('is submitted with the same token when it is submitted again, and with another one for another attempt', async () => {
    const { requests, url } = await startWorkspace(workspace);
    const jobs = createJobs(url);
    await jobs.submit(order);
    await jobs.submit(order);
    await jobs.submit({ ...order, attempt: 2 });
    const tokens = requests.flatMap(({ body }) =>
      body ? [(JSON.parse(body) as { idempotency_token: string }).idempotency_token] : [],
    );
    expect(tokens[0]).toBe(tokens[1]);
    expect(tokens[2]).not.toBe(tokens[0]);
  });

  it('is given the name under which its streams keep their place, once it was rebuilt', async () => {
    const { requests, url } = await startWorkspace(workspace);
    await createJobs(url).submit({ ...order, generation: 'again' });
    expect(JSON.parse(requests[1]?.body ?? '')).toMatchObject({ job_parameters: { generation: 'again' } });
  });
});

describe('the parameters of a run', () => {
  it('are names and places: an order that carries data is refused before it is sent', async () => {
    const { requests, url } = await startWorkspace((_request, response) => response.end('{"jobs":[]}'));
    const submission = await createJobs(url).submit({ ...order, generation: 'x'.repeat(1000) });
    expect(submission).toMatchObject({ kind: 'rejected', reason: expect.stringMatching(/job 's' have 1\d+ bytes/) });
    expect(requests).toEqual([]);
  });
});

describe('cancelling', () => {
  it('names the run by all of its digits, and is content with one that has ended', async () => {
    const { requests, url } = await startWorkspace((_, response) =>
      respond(response, 400, { error_code: 'INVALID_STATE', message: 'Ended.' }),
    );
    await createJobs(url).cancel('9007199254740993');
    expect(requests).toMatchObject([{ url: '/api/2.2/jobs/runs/cancel', body: '{"run_id":9007199254740993}' }]);
  });

  it('is asked for again when it was not allowed', async () => {
    const { url } = await startWorkspace((_, response) =>
      respond(response, 403, { error_code: 'PERMISSION_DENIED', message: 'No.' }),
    );
    await expect(createJobs(url).cancel('1')).rejects.toThrow('PERMISSION_DENIED');
  });
});

describe('the token', () => {
  it('is not carried along by a redirect', async () => {
    const elsewhere = await startWorkspace((_, response) => respond(response, 200, { jobs: [] }));
    const { url } = await startWorkspace((_, response) => {
      response.writeHead(302, { location: `${elsewhere.url}/api/2.2/jobs/list` });
      response.end();
    });
    await expect(createJobs(url).submit(order)).rejects.toThrow('did not answer');
    expect(elsewhere.requests).toEqual([]);
  });

  it('is in no error, and what a gateway says is cut', async () => {
    const { url } = await startWorkspace((_, response) => {
      response.writeHead(502);
      response.end(`${'x'.repeat(100_000)} the cause`);
    });
    const error = (await createJobs(url)
      .submit(order)
      .then(
        () => undefined,
        (reason: Error) => reason,
      )) as Error;
    expect(error.message.length).toBeLessThan(2200);
    expect(error.message).toMatch(/ the cause$/);
    expect(`${error.stack}${String(error.cause)}`).not.toContain('secret-token');
  });

  it('that nobody gives out now is an outage, and no request is sent without one', async () => {
    const { requests, url } = await startWorkspace((_, response) => respond(response, 200, { jobs: [] }));
    const jobs = createJobs(url, () => Promise.reject(new Error('Nobody gives out tokens.')));
    const error: unknown = await jobs.getState('1').catch((reason: unknown) => reason);
    expect(isOutage(error)).toBe(true);
    expect(String(error)).toContain('Nobody gives out tokens.');
    expect(requests).toEqual([]);
  });
});

describe('a run that does not exist', () => {
  const gone = { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'Run 1 does not exist.' };

  it('ends when the workspace says so twice in a row', async () => {
    const { requests, url } = await startWorkspace((_, response) => respond(response, 404, gone));
    expect(await createJobs(url).getState('1')).toEqual({
      state: 'ended',
      code: gone.error_code,
      reason: "Run '1': Run 1 does not exist.",
      isRetryable: true,
    });
    expect(requests).toHaveLength(2);
  });

  it('goes on when it is there the next time', async () => {
    let asked = 0;
    const { url } = await startWorkspace((_, response) =>
      asked++ === 0 ? respond(response, 404, gone) : respond(response, 200, { status: { state: 'RUNNING' } }),
    );
    expect(await createJobs(url).getState('1')).toMatchObject({ state: 'active' });
  });
});

describe('the reason of a job that has failed', () => {
  /** Of a run that has failed, with what is answered when its own words are asked for. */
  function startWithFailedRun(message: string, answerOutput: (response: ServerResponse) => void) {
    const ended = { state: 'TERMINATED', termination_details: { code: 'RUN_EXECUTION_ERROR', message } };
    return startWorkspace((request, response) => {
      if (request.url?.includes('get-output')) return answerOutput(response);
      return respond(response, 200, { status: ended, tasks: [{ run_id: 2, task_key: 'bronze' }] });
    });
  }

  it('names the error, and none of the data that the engine quotes', async () => {
    const cast = "[CAST_INVALID_INPUT] The value 'Ann Quagmire' cannot be cast. SQLSTATE: 22018";
    const { url } = await startWithFailedRun(cast, (response) => respond(response, 200, { error: `Task 3: ${cast}` }));
    const state = await createJobs(url).getState('1');
    expect(JSON.stringify(state)).not.toContain('Quagmire');
    expect(state).toMatchObject({
      state: 'ended',
      reason: expect.stringContaining('[CAST_INVALID_INPUT] SQLSTATE 22018'),
    });
  });

  it('goes without the words of the job when they cannot be read twice', async () => {
    const away = (response: ServerResponse) => respond(response, 503, {});
    const { requests, url } = await startWithFailedRun('It failed.', away);
    expect(await createJobs(url).getState('1')).toMatchObject({
      state: 'ended',
      reason: expect.stringMatching(/It failed\.$/),
    });
    expect(requests.filter(({ url: path }) => path.includes('get-output'))).toHaveLength(2);
  });

  it('has the words of the job when they can be read the second time', async () => {
    let asked = 0;
    const { url } = await startWithFailedRun('It failed.', (response) =>
      asked++ === 0 ? respond(response, 503, {}) : respond(response, 200, { error: 'Out of memory.' }),
    );
    expect(await createJobs(url).getState('1')).toMatchObject({ reason: expect.stringMatching(/Out of memory\.$/) });
  });
});

describe('when the workspace wants to be asked again', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');

  it.for([
    ['30', 30],
    ['0.2', 1],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['86400', 600],
    ['', undefined],
    ['soon', undefined],
    [null, undefined],
  ] as const)('%j is %s seconds', ([header, seconds]) => {
    expect(parseRetryAfter(header, now)).toBe(seconds);
  });

  it('says so with the error', async () => {
    const { url } = await startWorkspace((_request, response) => {
      response.writeHead(429, { 'retry-after': '17' }).end('{}');
    });
    await expect(createJobs(url).getState('1')).rejects.toMatchObject({ retryAfterSeconds: 17 });
  });
});
