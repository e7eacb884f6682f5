const maxChunk = 1000;

/**
 * Texts in order, in chunks, so that adding one among millions moves few. New ones find their places when somebody asks for
 * the order: until then, adding costs the same among few and among many.
 */
export class SortedKeys {
  readonly #chunks: string[][] = [[]];
  readonly #added = new Set<string>();

  add(key: string): void {
    this.#added.add(key);
  }

  delete(key: string): void {
    this.#added.delete(key);
    const at = this.#findChunk(key);
    const chunk = this.#chunks[at] ?? [];
    const place = findPlace(chunk, key);
    if (chunk[place] !== key) return;
    chunk.splice(place, 1);
    if (chunk.length === 0 && this.#chunks.length > 1) this.#chunks.splice(at, 1);
  }

  /** From a key on, whether it is there or not. */
  *from(key: string): Iterable<string> {
    for (const added of this.#added) this.#insert(added);
    this.#added.clear();
    const first = this.#findChunk(key);
    for (let at = first; at < this.#chunks.length; at++) {
      const chunk = this.#chunks[at] ?? [];
      for (let place = at === first ? findPlace(chunk, key) : 0; place < chunk.length; place++)
        yield chunk[place] as string;
    }
  }

  #insert(key: string): void {
    const at = this.#findChunk(key);
    const chunk = this.#chunks[at] ?? [];
    const place = findPlace(chunk, key);
    if (chunk[place] === key) return;
    chunk.splice(place, 0, key);
    if (chunk.length > maxChunk) this.#chunks.splice(at + 1, 0, chunk.splice(maxChunk / 2));
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
