import { expect, it } from 'vitest';
import { isForeign } from '../../../emulators/functions-host/http/foreign.ts';

it.for([
  ['no browser', { host: '127.0.0.1:7071' }, false],
  ['its own page', { host: 'localhost:7071', origin: 'http://localhost:7071', 'sec-fetch-site': 'same-origin' }, false],
  ['another port', { host: '127.0.0.1:7071', origin: 'http://127.0.0.1:8080' }, true],
  ['another site', { host: '127.0.0.1:7071', origin: 'https://evil.example' }, true],
  ['a page in a frame', { host: '127.0.0.1:7071', origin: 'null' }, true],
  ['a name that leads here', { host: 'evil.example:7071' }, true],
  ['no host', {}, true],
] as const)('a request of %s', ([, headers, expected]) => {
  expect(isForeign({ headers })).toBe(expected);
});
