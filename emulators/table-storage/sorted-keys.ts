const maxChunk = 1000;

/** Texts in order, in chunks, so that adding one among millions moves few. */
export class SortedKeys {
  readonly #chunks: string[][] = [[]];

  add(key: string): void {
    const at = this.#findChunk(key);
    const chunk = this.#chunks[at] ?? [];
    const place = findPlace(chunk, key);
    if (chunk[place] === key) return;
    chunk.splice(place, 0, key);
    if (chunk.length > maxChunk) this.#chunks.splice(at + 1, 0, chunk.splice(maxChunk / 2));
  }

  delete(key: string): void {
    const at = this.#findChunk(key);
    const chunk = this.#chunks[at] ?? [];
    const place = findPlace(chunk, key);
    if (chunk[place] !== key) return;
    chunk.splice(place, 1);
    if (chunk.length === 0 && this.#chunks.length > 1) this.#chunks.splice(at, 1);
  }

  /** From a key on, whether it is there or not. */
  *from(key: string): Iterable<string> {
    const first = this.#findChunk(key);
    for (let at = first; at < this.#chunks.length; at++) {
      const chunk = this.#chunks[at] ?? [];
      for (let place = at === first ? findPlace(chunk, key) : 0; place < chunk.length; place++)
        yield chunk[place] as string;
    }
  }

  /** The last chunk that does not begin after the key. */
  #findChunk(key: string): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#chunks[middle]?.[0] ?? '') <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Where in a sorted list a key stands, or would stand. */
function findPlace(order: readonly string[], key: string): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((order[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
