import { z } from 'zod';
import { isOutage, UnavailableError } from '../medallion/errors.ts';
import { spread } from '../medallion/runs/spread.ts';
import { maxReasonLength, shorten } from '../medallion/texts.ts';

/** What an activity answers instead of its result while a service is away: when to ask again, and why. */
const Later = z.strictObject({ later: z.literal(true), seconds: z.number().nonnegative(), reason: z.string() });
type Later = z.infer<typeof Later>;

/** Outages are waited for, for an hour or longer. Whatever else is thrown is retried for a minute, and then fails. */
function toLater(error: unknown): Later | undefined {
  if (!isOutage(error)) return undefined;
  const seconds = error instanceof UnavailableError ? (error.retryAfterSeconds ?? 0) : 0;
  return { later: true, seconds, reason: shorten(error.message, maxReasonLength) };
}

/** The result of an activity, or when to call it again. */
export async function answerOrLater<Result>(run: () => Promise<Result>): Promise<Result | Later> {
  try {
    return await run();
  } catch (error) {
    const later = toLater(error);
    if (later === undefined) throw error;
    return later;
  }
}

export function findLater(result: unknown): Later | undefined {
  const later = Later.safeParse(result);
  return later.success ? later.data : undefined;
}

export const maxOutageSeconds = 3600;

/** After so long somebody should hear of it. */
export const reportedOutageSeconds = 300;

const maxPauseSeconds = 120;

/**
 * Up to 2, 4, 8 ... 120 seconds, and no less than the service asks for. The seed spreads those who wait for the same
 * service.
 */
export const getPauseSeconds = (attempt: number, { seconds }: Later, seed: string): number =>
  Math.max(seconds, spread(Math.min(2 ** attempt, maxPauseSeconds), `${seed}\n${attempt}`));
