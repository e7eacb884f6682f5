import { z } from 'zod';
import { type EventName, eventNames, events } from '../../medallion/events.ts';

export interface LoggedEvent {
  readonly event: EventName;
  readonly at: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const Line = z.looseObject({ event: z.enum(eventNames), at: z.iso.datetime() });

/** A line of the log, which has to be exactly as the catalogue of events says. */
export function parseEvent(line: string): LoggedEvent {
  const { at, event, ...fields } = Line.parse(JSON.parse(line));
  return { event, at, fields: events[event].fields.parse(fields) };
}

/** The events in the log of a host, which writes level and function before each line, and has lines of its own. */
export const parseHostLog = (text: string): LoggedEvent[] =>
  text
    .split('\n')
    .flatMap((line) => /^\[\w+\] \w+: (\{"event":.*)$/.exec(line)?.[1] ?? [])
    .map(parseEvent);
