import { HttpRequest } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { readBody } from '../../../functions/http/body.ts';
import { Problem } from '../../../functions/http/problem.ts';

const json = { 'content-type': 'application/json; charset=utf-8' };
const read = (body: string | Uint8Array, headers: Record<string, string> = json) =>
  readBody(
    new HttpRequest({
      method: 'POST',
      url: 'http://127.0.0.1/',
      headers,
      body: typeof body === 'string' ? { string: body } : { bytes: body },
    }),
  );

describe('readBody', () => {
  it('reads JSON', async () => {
    expect(await read('{"reason": "ü"}')).toEqual({ text: '{"reason": "ü"}', value: { reason: 'ü' } });
  });

  const rejected: [string, string | Uint8Array, Record<string, string>, string][] = [
    ['larger than allowed', `"${'a'.repeat(70_000)}"`, json, 'body_too_large'],
    ['declared larger than allowed', '{}', { ...json, 'content-length': '70000' }, 'body_too_large'],
    ['a form', 'reason=x', { 'content-type': 'application/x-www-form-urlencoded' }, 'not_json'],
    ['plain text', '{}', { 'content-type': 'text/plain' }, 'not_json'],
    ['of no type', '{}', {}, 'not_json'],
    ['half of JSON', '{"reason":', json, 'invalid_request'],
    ['empty', '', json, 'invalid_request'],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), json, 'invalid_request'],
  ];

  it.for(rejected)('rejects a body that is %s', async ([, body, headers, code]) => {
    const result = await read(body, headers);
    expect(result).toBeInstanceOf(Problem);
    expect(result).toMatchObject({ code });
  });

  it('gives up a body of unknown length as soon as it is too large', async () => {
    let sent = 0;
    let isGivenUp = false;
    const body = new ReadableStream({
      pull: (controller) => {
        // Whoever reads it whole is stopped here.
        if (++sent > 1000) return controller.close();
        controller.enqueue(new Uint8Array(1024));
      },
      cancel: () => {
        isGivenUp = true;
      },
    });
    const request = new Request('http://127.0.0.1/', { method: 'POST', headers: json, body, duplex: 'half' });
    expect(await readBody(request)).toMatchObject({ code: 'body_too_large' });
    expect(isGivenUp).toBe(true);
    expect(sent).toBeLessThan(70);
  });
});
