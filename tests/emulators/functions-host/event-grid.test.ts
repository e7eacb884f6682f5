import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostUnderTest } from './test-host.ts';

const webhook = '/runtime/webhooks/EventGrid?functionName=renamed';
const createEvent = (subject: string) => ({ eventType: 'Microsoft.Storage.BlobRenamed', subject, data: {} });

describe('the Event Grid trigger', () => {
  let host: HostUnderTest;
  beforeAll(async () => {
    host = await HostUnderTest.startNew();
  });
  afterAll(() => host.end());

  const deliver = (...events: unknown[]) => host.post(`${webhook}&code=blobs-key`, events);
  const listSubjects = () =>
    host
      .readLines()
      .filter((line) => line['function'] === 'renamed')
      .map((line) => line['subject']);

  it('hands each event over, and answers when all have ended', async () => {
    expect((await deliver(createEvent('/a'), createEvent('/b'))).status).toBe(202);
    expect(listSubjects()).toEqual(['/a', '/b']);
  });

  it('answers that it failed, so that Event Grid sends it again', async () => {
    expect((await deliver(createEvent('/broken'))).status).toBe(500);
  });

  it('refuses a wrong code, and names a function that it does not have', async () => {
    expect((await host.post(`${webhook}&code=wrong`, [createEvent('/a')])).status).toBe(401);
    const unknown = '/runtime/webhooks/EventGrid?functionName=nobody&code=blobs-key';
    expect((await host.post(unknown, [createEvent('/a')])).status).toBe(404);
  });
});
