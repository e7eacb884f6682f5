import { z } from 'zod';
import { isOutage, UnavailableError } from '../medallion/errors.ts';
import { spread } from '../medallion/runs/spread.ts';
import { maxReasonLength, shorten } from '../medallion/texts.ts';

/** What an activity answers instead of its result while a service is away: when to ask again, and why. */
const Later = z.strictObject({ later: z.literal(true), seconds: z.number().nonnegative(), reason: z.string() });
type Later = z.infer<typeof Later>;

/** Outages are waited for, for a day. Whatever else is thrown is retried for a minute, and then fails. */
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

/** What is away for longer is no outage: it was removed, or nobody may use it any more. */
export const maxOutageSeconds = 86_400;

const reportSeconds = 300;

/** Somebody should hear of it after some minutes, and again and again, as an alert closes when nothing comes any more. */
export const isReported = (waited: number, waitedNext: number): boolean =>
  Math.floor(waited / reportSeconds) < Math.floor(waitedNext / reportSeconds);

const maxPauseSeconds = 120;

/**
 * Up to 2, 4, 8 ... 120 seconds, and no less than the service asks for. The seed spreads those who wait for the same
 * service.
 */
export const getPauseSeconds = (attempt: number, { seconds }: Later, seed: string): number =>
  Math.max(seconds, spread(Math.min(2 ** attempt, maxPauseSeconds), `${seed}\n${attempt}`));
