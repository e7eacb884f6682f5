/** Asks about each of many things, so many at a time, and answers in their order. */
export async function pooled<Each, Answer>(
  many: readonly Each[],
  atOnce: number,
  ask: (each: Each) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const work = async () => {
    for (let at = next++; at < many.length; at = next++) answers[at] = await ask(many[at] as Each);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, many.length) }, work));
  return answers;
}
