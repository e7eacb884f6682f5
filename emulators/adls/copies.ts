interface Copy {
  readonly id: string;
  readonly status: 'pending' | 'success' | 'aborted';
}

/** What was copied since the start, by its ETag: whoever writes over a copy makes something else of it. */
export class Copies {
  readonly #byEtag = new Map<string, Copy>();
  readonly #timers = new Set<NodeJS.Timeout>();

  note(etag: string, copy: Copy): void {
    this.#byEtag.set(etag, copy);
  }

  /** What the properties of a blob say of the copy that made it. */
  describe(etag: string): Record<string, string> {
    const copy = this.#byEtag.get(etag);
    return copy === undefined ? {} : { 'x-ms-copy-id': copy.id, 'x-ms-copy-status': copy.status };
  }

  finishLater(milliseconds: number, finish: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      finish();
    }, milliseconds);
    this.#timers.add(timer);
  }

  /** Copies that are on their way are given up. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
