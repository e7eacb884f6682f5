import { describe, expect, it } from 'vitest';
import { createIdempotencyToken, toJobState } from '../../../medallion/runs/job.ts';
import { batch } from '../../support/samples.ts';

const order = { batch, layer: 'bronze', attempt: 1 } as const;
const ended = (code: string) => ({ status: { state: 'TERMINATED', termination_details: { code, message: 'reason' } } });

describe('createIdempotencyToken', () => {
  it('is the same for the same order, and fits what the service takes', () => {
    expect(createIdempotencyToken(order, 'job')).toBe(createIdempotencyToken(order, 'job'));
    expect(createIdempotencyToken(order, 'job')).toHaveLength(64);
  });

  it('differs with every part of the order', () => {
    const others = [
      { ...order, attempt: 2 },
      { ...order, layer: 'silver' as const },
      { ...order, batch: 'other' },
    ];
    const tokens = [
      ...others.map((other) => createIdempotencyToken(other, 'job')),
      createIdempotencyToken(order, 'another job'),
    ];
    expect(new Set([...tokens, createIdempotencyToken(order, 'job')]).size).toBe(5);
  });
});

describe('toJobState', () => {
  it.for(['BLOCKED', 'PENDING', 'QUEUED', 'RUNNING', 'TERMINATING', 'WAITING', 'A_STATE_OF_TOMORROW'])(
    'waits while the run is %s',
    (state) => {
      expect(toJobState({ status: { state } })).toEqual({ state: 'active', detail: state.toLowerCase() });
    },
  );

  it('knows success', () => {
    expect(toJobState(ended('SUCCESS'))).toEqual({ state: 'succeeded' });
  });

  it.for(['RUN_EXECUTION_ERROR', 'DRIVER_ERROR', 'CLOUD_FAILURE', 'SKIPPED', 'A_CODE_OF_TOMORROW'])(
    'tries again after %s',
    (code) => {
      expect(toJobState(ended(code))).toEqual({ state: 'ended', code, reason: 'reason', isRetryable: true });
    },
  );

  it.for(['USER_CANCELED', 'CANCELED', 'UNAUTHORIZED_ERROR', 'INVALID_RUN_CONFIGURATION'])(
    'does not try again after %s',
    (code) => {
      expect(toJobState(ended(code))).toMatchObject({ state: 'ended', isRetryable: false });
    },
  );
});
