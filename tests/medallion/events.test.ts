import { describe, expect, it } from 'vitest';
import { eventNames, events, formatEvent } from '../../medallion/events.ts';
import { parseEvent } from '../support/logged-events.ts';

const at = new Date('2026-01-01T00:00:00Z');
const rejected = { status: 400, code: 'invalid_request', method: 'GET', path: '/api/files' };

describe('formatEvent', () => {
  it('is one line of JSON with the event, the moment and the ids', () => {
    const fields = { batch: 'b', outcome: 'blocked', reason: 'Two\nlines.', files: 3, seconds: 60 } as const;
    const line = formatEvent('run.ended', at, fields);
    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toEqual({ event: 'run.ended', at: '2026-01-01T00:00:00.000Z', ...fields });
  });

  it('leaves out what is not known', () => {
    const line = formatEvent('file.registered', at, { file: 'f', path: 'p', status: 'pending', reason: undefined });
    expect(Object.keys(JSON.parse(line))).toEqual(['event', 'at', 'file', 'path', 'status']);
  });

  it('cuts a text that is too long, and nothing else', () => {
    const fields = parseEvent(
      formatEvent('request.rejected', at, { ...rejected, status: 5000, path: 'x'.repeat(5000) }),
    );
    expect(fields).toMatchObject({ fields: { path: 'x'.repeat(2000), status: 5000 } });
  });
});

describe('the catalogue of events', () => {
  it('names a thing and what happened to it', () => {
    expect(eventNames.filter((name) => !/^[a-z]+\.[a-z]+(_[a-z]+)*$/.test(name))).toEqual([]);
  });

  it('says of each event when it is logged, in one or two sentences', () => {
    expect(eventNames.filter((name) => !/^[A-Z].*\.$/.test(events[name].description))).toEqual([]);
  });

  it('rejects a line with a field of its own, and one that lacks a field', () => {
    const line = JSON.parse(formatEvent('request.rejected', at, rejected)) as object;
    expect(() => parseEvent(JSON.stringify({ ...line, user: 'ann' }))).toThrow('user');
    expect(() => parseEvent(JSON.stringify({ ...line, code: undefined }))).toThrow('code');
    expect(() => parseEvent(JSON.stringify({ ...line, event: 'request.lost' }))).toThrow('event');
  });
});
