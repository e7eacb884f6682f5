import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { EventFaults } from '../../emulators/adls/events/faults.ts';
import type { CallFault } from '../../emulators/adls/faults.ts';
import type { Fault as WorkspaceFault } from '../../emulators/databricks/faults.ts';
import type { Fault as HostFault } from '../../emulators/functions-host/faults.ts';
import { UserError } from '../user-error.ts';

const count = z.int().min(1);
const share = z.number().min(0).max(1);
const milliseconds = z.int().min(0);

const callFault = z.strictObject({
  call: z.string(),
  time: count,
  kind: z.enum(['429', '500', '503', 'reset', 'reset-after', 'kill', 'kill-after', 'delay']),
  milliseconds: milliseconds.exactOptional(),
}) satisfies z.ZodType<CallFault>;

const eventFaults = z.strictObject({
  drop: z.array(count).exactOptional(),
  duplicate: z.array(count).exactOptional(),
  reorder: z.array(count).exactOptional(),
  delay: z.array(z.strictObject({ event: count, milliseconds })).exactOptional(),
  shares: z
    .strictObject({
      drop: share.exactOptional(),
      duplicate: share.exactOptional(),
      reorder: share.exactOptional(),
      seed: z.int().exactOptional(),
    })
    .exactOptional(),
}) satisfies z.ZodType<EventFaults>;

const hostFault = z.union([
  z.strictObject({
    kind: z.enum([
      ...(['duplicateNotification', 'dropNotification', 'dropCompletion'] as const),
      ...(['duplicateCompletion', 'killWorker', 'killHost'] as const),
    ]),
    nth: count,
  }),
  z.strictObject({ kind: z.literal('delayNotification'), nth: count, seconds: z.number().min(0) }),
]) satisfies z.ZodType<HostFault>;

const workspaceFault = z.strictObject({
  method: z.enum(['GET', 'POST']),
  path: z.string().startsWith('/'),
  call: count,
  answer: z
    .strictObject({
      status: z.int().min(400).max(599),
      body: z.unknown(),
      headers: z.record(z.string(), z.string()).exactOptional(),
    })
    .exactOptional(),
  delayMilliseconds: milliseconds.exactOptional(),
  drop: z.enum(['before', 'after']).exactOptional(),
  kill: z.enum(['before', 'after']).exactOptional(),
}) satisfies z.ZodType<WorkspaceFault>;

const Faults = z.strictObject({
  host: z.array(hostFault).default([]),
  lake: z.strictObject({ calls: z.array(callFault).exactOptional(), events: eventFaults.exactOptional() }).default({}),
  databricks: z.array(workspaceFault).default([]),
});
export type Faults = z.infer<typeof Faults>;

export const noFaults: Faults = Faults.parse({});

/** What shall go wrong on purpose, from a JSON file. The README of each emulator says what its faults mean. */
export function readFaults(file: string): Faults {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UserError(`The faults in '${file}' cannot be read: ${(cause as Error).message}`, { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UserError(`The faults in '${file}' are not JSON: ${(cause as Error).message}`, { cause });
  }
  const read = Faults.safeParse(value);
  if (read.success) return read.data;
  throw new UserError(`The faults in '${file}' are not understood:\n${z.prettifyError(read.error)}`);
}
