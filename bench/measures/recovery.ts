import { setTimeout as sleep } from 'node:timers/promises';
import { computeMedian, type Figure, formatSeconds } from '../figure.ts';
import { createPeopleFiles, createSecondFile } from '../harness/live-load.ts';
import { waitUntil } from '../harness/target.ts';
import { Lakehouse } from '../lakehouse.ts';

const victims = ['functions-host', 'databricks', 'spark'] as const;
const killAfterMilliseconds = 1500;
const warmUps = 5;
const undisturbed = 5;

/** A process is killed in the middle of a run; the figure is how much later than usual its file is published. */
export async function measureRecovery(): Promise<Figure[]> {
  const lakehouse = await Lakehouse.start();
  try {
    for (const { content, path } of createPeopleFiles()) await lakehouse.stack.land(path, content);
    await lakehouse.waitUntilPublished(createPeopleFiles().map(({ path }) => path));
    let second = 0;
    for (; second < warmUps; second++) await measureFile(lakehouse, second);
    const usual: number[] = [];
    for (; second < warmUps + undisturbed; second++) usual.push(await measureFile(lakehouse, second));
    const figures: Figure[] = [];
    for (const victim of victims) {
      const disturbed = await measureFile(lakehouse, second++, async () => {
        await sleep(killAfterMilliseconds);
        await lakehouse.stack.kill(victim);
      });
      figures.push(compareDisturbed(victim, disturbed, computeMedian(usual)));
    }
    return figures;
  } finally {
    await lakehouse.dismiss();
  }
}

/** Seconds from landing to readers. */
async function measureFile({ stack }: Lakehouse, second: number, disturb?: () => Promise<void>): Promise<number> {
  const { content, path } = createSecondFile(second);
  const began = Date.now();
  await stack.land(path, content);
  await disturb?.();
  let published = Number.NaN;
  await waitUntil(`release of '${path}'`, async () => {
    const { status, publishedAt } = await stack.getFile(path);
    published = Date.parse(publishedAt ?? '');
    return status === 'published';
  });
  return (published - began) / 1000;
}

function compareDisturbed(victim: string, disturbed: number, usual: number): Figure {
  const delay = Math.max(0, disturbed - usual);
  return {
    what: `${victim} killed in the middle of a run, its file later by`,
    ours: formatSeconds(delay),
    peer: `undisturbed: ${formatSeconds(usual)}`,
    ratio: `${(disturbed / usual).toFixed(1)} times as long`,
    goal: { text: 'under 15 s', isMet: delay < 15 },
  };
}
