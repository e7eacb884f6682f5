import { RestError } from '@azure/data-tables';
import { CredentialUnavailableError } from '@azure/identity';
import { describe, expect, it } from 'vitest';
import { isOutage, JobServiceError, LakeError, WarehouseError } from '../../medallion/errors.ts';

describe('an outage', () => {
  it.for([
    ['the lake', new LakeError('Away.')],
    ['the jobs', new JobServiceError('Away.', { retryAfterSeconds: 5 })],
    ['the warehouse', new WarehouseError('Away.', { cause: new Error('ECONNREFUSED') })],
    ['the state table, which does not answer', new RestError('ECONNREFUSED')],
    ['the state table, which is busy', new RestError('Busy.', { statusCode: 503 })],
    ['the state table, which is asked too often', new RestError('Busy.', { statusCode: 429 })],
    ['the identity, which gives out no token', new CredentialUnavailableError('Network unreachable.')],
  ] as const)('is one of %s', ([, error]) => {
    expect(isOutage(error)).toBe(true);
  });

  it.for([
    new RestError('There is no such row.', { statusCode: 404 }),
    new RestError('It has changed.', { statusCode: 412 }),
    new RestError('It is too large.', { statusCode: 413 }),
    new TypeError('It is undefined.'),
    'away',
  ])('is nothing that would be the same the next time: %s', (error) => {
    expect(isOutage(error)).toBe(false);
  });
});
