/**
 * What the operator logs, by name. A line is one JSON object with the event, the moment and ids. Alerts wait for these
 * names, so a name never changes; whatever else a line says may.
 */
export const eventNames = [
  'file.registered',
  'file.missing',
  'event.rejected',
  'request.rejected',
  'request.failed',
  'sweep.finished',
  'sweep.failed',
  'operator.status',
  'batch.retry_scheduled',
  'pipeline.halted',
  'service.unavailable',
  'run.ended',
  'stream.halted',
  'stream.retry_scheduled',
] as const;
export type EventName = (typeof eventNames)[number];

type Field = string | number | boolean | undefined;

/** A text of somebody else may be of any length. */
const maxTextLength = 2000;

/** One line of the log. */
export function formatEvent(event: EventName, at: Date, fields: Readonly<Record<string, Field>>): string {
  const shorten = (field: Field) => (typeof field === 'string' ? field.slice(0, maxTextLength) : field);
  const entries = Object.entries(fields).map(([name, field]) => [name, shorten(field)]);
  return JSON.stringify({ event, at: at.toISOString(), ...Object.fromEntries(entries) });
}
