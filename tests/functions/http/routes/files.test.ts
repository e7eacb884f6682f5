import { describe, expect, it } from 'vitest';
import { file, files } from '../../../../functions/http/routes/files.ts';
import { aFile } from '../../../support/a-file.ts';
import { aLanding } from '../../../support/a-landing.ts';
import { storeFile } from '../../../support/store-file.ts';
import { createTestContext, send } from '../../../support/test-context.ts';

const login = aFile('gym_logins/a');
const failed = aFile('gym_logins/b', { status: 'failed', reason: 'The job broke down.' });
const reading = aFile('bpm/c');

async function createContext() {
  const context = createTestContext({ datasets: [aLanding('gym_logins'), aLanding('bpm')] });
  for (const stored of [login, failed, reading]) {
    await storeFile(context.ports, stored);
    // The order is that of registration, which has whole milliseconds.
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return context;
}

async function listPaths(query: Record<string, string>): Promise<string[]> {
  const { body } = await send(await createContext(), files, { query });
  return body.files.map(({ path }: { path: string }) => path);
}

describe('GET /api/files', () => {
  it('lists the newest first', async () => {
    expect(await listPaths({})).toEqual(['bpm/c', 'gym_logins/b', 'gym_logins/a']);
    expect(await listPaths({ dataset: 'gym_logins' })).toEqual(['gym_logins/b', 'gym_logins/a']);
    expect(await listPaths({ dataset: 'nothing' })).toEqual([]);
  });

  it('lists by id when it is narrowed, or asked to', async () => {
    const byId = [login, failed, reading].sort((a, b) => (a.file < b.file ? -1 : 1)).map(({ path }) => path);
    expect((await listPaths({ order: 'id' })).sort()).toEqual([...byId].sort());
    expect(await listPaths({ order: 'id', dataset: 'bpm' })).toEqual(['bpm/c']);
    expect(await listPaths({ status: 'failed' })).toEqual(['gym_logins/b']);
    expect(await listPaths({ status: 'published', dataset: 'gym_logins' })).toEqual(['gym_logins/a']);
    expect(await listPaths({ path: 'bpm/c' })).toEqual(['bpm/c']);
    expect(await listPaths({ batch: '20270101T000000000Z-ffffffff' })).toEqual([]);
  });

  it.for([{}, { order: 'id' }, { status: 'published' }] as Record<string, string>[])(
    'gives a page, and where the next begins, with %j',
    async (query) => {
      const context = await createContext();
      const whole = (await send(context, files, { query })).body;
      const first = (await send(context, files, { query: { ...query, limit: '1' } })).body;
      const rest = (await send(context, files, { query: { ...query, after: first.next } })).body;
      expect(first.files).toHaveLength(1);
      expect([...first.files, ...rest.files]).toEqual(whole.files);
      expect(rest).not.toHaveProperty('next');
    },
  );

  it('rejects a query that it does not know, and says what is wrong', async () => {
    const { body, status } = await send(createTestContext(), files, { query: { status: 'lost', colour: 'red' } });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_request', detail: expect.stringContaining('colour') });
  });

  it.for([{}, { order: 'id' }] as Record<string, string>[])('rejects an unknown page token with %j', async (query) => {
    const response = await send(await createContext(), files, { query: { ...query, after: 'here' } });
    expect(response).toMatchObject({ status: 400, body: { detail: expect.stringContaining('Unknown page token') } });
  });
});

describe('GET /api/files/{id}', () => {
  it('gives the file', async () => {
    const { body } = await send(await createContext(), file, { params: { id: failed.file } });
    expect(body).toMatchObject({ path: 'gym_logins/b', status: 'failed', reason: 'The job broke down.' });
  });

  it.for(['0'.repeat(32), 'not-an-id', '../../etc'])('has no file %s', async (id) => {
    expect((await send(await createContext(), file, { params: { id } })).status).toBe(404);
  });
});
