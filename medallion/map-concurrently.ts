/**
 * Maps items, so many at once, and answers in their order. One that takes long holds no other. After an error nothing more
 * is begun, and it is thrown once all has ended: nothing is written behind the back of whoever tries again.
 */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  concurrency: number,
  map: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const errors: unknown[] = [];
  const waiting = items.entries();
  const work = async () => {
    for (const [index, item] of waiting) {
      if (errors.length > 0) return;
      try {
        results[index] = await map(item);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, work));
  if (errors.length > 0) throw errors[0];
  return results;
}
