import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Act } from '../../medallion/audit/audit-entry.ts';
import type { Caller } from './caller.ts';
import { type Room, Why } from './route.ts';

/** The body of an act that needs nothing but its reason. */
export const Because = z.strictObject({ why: Why });

/** Writes an act down before it is done: an act without effect can be explained, an effect without act cannot. */
export async function recordAct(
  { now, world }: Pick<Room, 'now' | 'world'>,
  { who }: Caller,
  { did, target, why }: Pick<Act, 'did' | 'target' | 'why'>,
): Promise<Act> {
  const act: Act = { act: randomUUID(), at: now().toISOString(), who, did, target, why };
  await world.desk.record(act);
  return act;
}
