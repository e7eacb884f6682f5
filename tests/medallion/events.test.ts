import { describe, expect, it } from 'vitest';
import { eventNames, formatEvent } from '../../medallion/events.ts';

const at = new Date('2026-01-01T00:00:00Z');

describe('formatEvent', () => {
  it('is one line of JSON with the event, the moment and the ids', () => {
    const line = formatEvent('run.ended', at, { batch: 'b', outcome: 'blocked', reason: 'Two\nlines.', files: 3 });
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toEqual({
      event: 'run.ended',
      at: '2026-01-01T00:00:00.000Z',
      batch: 'b',
      outcome: 'blocked',
      reason: 'Two\nlines.',
      files: 3,
    });
  });

  it('leaves out what is not known', () => {
    expect(JSON.parse(formatEvent('file.registered', at, { release: undefined }))).toEqual({
      event: 'file.registered',
      at: '2026-01-01T00:00:00.000Z',
    });
  });

  it('cuts a text that is too long, and nothing else', () => {
    const fields = JSON.parse(formatEvent('request.failed', at, { text: 'x'.repeat(5000), count: 5000, isLong: true }));
    expect(fields).toMatchObject({ text: 'x'.repeat(2000), count: 5000, isLong: true });
  });
});

describe('the names of events', () => {
  it('are a thing and what happened to it, each once', () => {
    expect(eventNames.filter((name) => !/^[a-z]+\.[a-z]+(_[a-z]+)*$/.test(name))).toEqual([]);
    expect(new Set(eventNames).size).toBe(eventNames.length);
  });
});
