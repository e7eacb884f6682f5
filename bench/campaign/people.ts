import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningStack } from '../harness/running-stack.ts';
import type { Span } from '../harness/timeline.ts';
import type { Random } from './random.ts';

interface Period {
  readonly from: number;
  /** Missing while it lasts. */
  to?: number;
}

interface Decision {
  readonly status: number;
  readonly content: { readonly plan?: string; readonly code?: string };
}

/** Codes of answers that the app logs as failed requests. */
const failures = ['internal_error', 'unavailable'];
const retrySeconds = 2;
/** Longer than any outage, and than the workspace takes to come back after it. */
const patienceSeconds = 240;
const timeoutSeconds = 45;

/** People who operate the lakehouse, and what they remember of what they did. */
export class People {
  readonly stack: RunningStack;
  readonly random: Random;
  /** When readers must see nothing new: from the answer to a pause until somebody changes what they see. */
  readonly pauses: Period[] = [];
  /** How many have asked for a roll back and have no answer yet. It shows readers something else, also in a pause. */
  rollBacks = 0;
  /** One pause or deployment at a time, so that nobody ends the pause of another. */
  isPausing = false;
  /** When the app was deployed last. */
  deployedAt = 0;
  /** One at a time, as the job allows. */
  isMaintaining = false;
  /** When maintenance was done and ended well. */
  readonly maintenances: Span[] = [];
  /** By file, when it was excluded; gone when it was included again. */
  readonly exclusions = new Map<string, number>();
  /** When a request had no answer, since its process was killed or a fault stood between. */
  readonly lostAnswers: Required<Period>[] = [];
  /** When the app itself answered that it could not. */
  readonly refusals: number[] = [];
  /** What nobody answered, however often it was repeated. */
  readonly unanswered: string[] = [];
  /** Runs that were tried again when all was over. */
  readonly retried = new Set<string>();
  /** How many answers of each status an act has had. */
  readonly answers: Record<string, number> = {};
  #keys = 0;

  constructor(stack: RunningStack, random: Random) {
    this.stack = stack;
    this.random = random;
  }

  /** Repeats with the same key until there is an answer, as the page does. */
  async decide(place: string, body: object = {}): Promise<Decision> {
    this.#keys += 1;
    const headers = { 'content-type': 'application/json', 'idempotency-key': `campaign-${this.#keys}` };
    const text = JSON.stringify({ reason: 'The campaign says so.', ...body });
    const decision = await this.#repeat(place, { method: 'POST', headers, body: text });
    if (decision.status >= 500)
      this.unanswered.push(`'${place}' is answered with ${decision.status} for ${patienceSeconds} s.`);
    this.count(`${place.split('/').at(-1)} ${decision.status}`);
    return decision;
  }

  count(answer: string): void {
    this.answers[answer] = (this.answers[answer] ?? 0) + 1;
  }

  /** What a place of the API shows, or nothing if it shows nothing now. */
  async read<Content>(place: string): Promise<Content | undefined> {
    try {
      return await this.stack.get<Content>(place);
    } catch (error) {
      console.log(`People could not read '${place}': ${(error as Error).message.slice(0, 200)}`);
      return undefined;
    }
  }

  async #repeat(place: string, init: RequestInit): Promise<Decision> {
    let status = 504;
    const until = Date.now() + patienceSeconds * 1000;
    do {
      const from = Date.now();
      try {
        const signal = AbortSignal.timeout(timeoutSeconds * 1000);
        const response = await fetch(`${this.stack.addresses.app}/api/${place}`, { ...init, signal });
        const content = (await response.json()) as Decision['content'];
        status = response.status;
        const mayPass = status === 429 || status >= 500 || content.code === 'request_in_progress';
        if (!mayPass) return { status, content };
        if (failures.includes(content.code ?? '')) this.refusals.push(Date.now());
      } catch (error) {
        console.log(`People had no answer to '${place}': ${(error as Error).message}`);
      }
      this.lostAnswers.push({ from, to: Date.now() });
      await sleep(retrySeconds * 1000);
    } while (Date.now() < until);
    return { status, content: {} };
  }
}
