import type { OrchestrationContext } from 'durable-functions';
import { expect, it } from 'vitest';
import { after, now } from '../../orchestrations/clock.ts';

const context = { df: { currentUtcDateTime: new Date('2026-01-01T00:00:00Z') } } as unknown as OrchestrationContext;

it('time passes from the orchestration’s own moment', () => {
  expect(now(context)).toBe('2026-01-01T00:00:00.000Z');
  expect(after(context, { seconds: 90.5 }).toISOString()).toBe('2026-01-01T00:01:30.500Z');
});
