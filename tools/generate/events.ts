import { z } from 'zod';
import { type EventName, eventNames, events } from '../../medallion/events.ts';

/** Every event with its fields, for people who look for lines in the log. */
export const formatEventTable = (): string =>
  [
    '# Events',
    '',
    'This page lists what the operator logs. A line is one JSON object with `event`, `at` and the fields below. A field with a `?`',
    'may be missing. In Azure the lines are in the table `AppTraces`. `npm run generate` writes this page.',
    '',
    '| event | when | fields |',
    '| --- | --- | --- |',
    ...eventNames.map((name) => `| \`${name}\` | ${events[name].description} | ${listFields(name).join(', ')} |`),
    '',
  ].join('\n');

const listFields = (name: EventName): string[] =>
  Object.entries(events[name].fields.shape).map(
    ([field, type]) => `\`${field}${type instanceof z.ZodOptional ? '?' : ''}\``,
  );
