import type { Caller } from './caller.ts';
import { Problem } from './problem.ts';

/** The page asks for about ten things at once, and somebody may have it open three times. */
const maxOpen = 32;

/** How many requests each caller has under way in this instance: one who asks too much does not slow down the others. */
export class OpenRequests {
  readonly #counts = new Map<string, number>();

  async handle<Result>({ actor }: Caller, handle: () => Promise<Result>): Promise<Result | Problem> {
    const open = this.#counts.get(actor) ?? 0;
    if (open >= maxOpen)
      return new Problem('too_many_requests', `You have ${open} requests under way. Wait for answers, and ask again.`);
    this.#counts.set(actor, open + 1);
    try {
      return await handle();
    } finally {
      this.#end(actor);
    }
  }

  #end(actor: string): void {
    const open = (this.#counts.get(actor) ?? 0) - 1;
    if (open > 0) this.#counts.set(actor, open);
    else this.#counts.delete(actor);
  }
}
