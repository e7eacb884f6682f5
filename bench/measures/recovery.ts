import { setTimeout as sleep } from 'node:timers/promises';
import { people20, secondOf } from '../../tests/support/live-load.ts';
import { until } from '../../tests/support/target.ts';
import { type Figure, inSeconds, median } from '../figure.ts';
import { Lakehouse } from '../lakehouse.ts';

const victims = ['functions-host', 'databricks', 'spark'] as const;
const killAfterMs = 1500;

/** A process is killed in the middle of a run; the figure is how much later than usual its file is published. */
export async function recovery(): Promise<Figure[]> {
  const lakehouse = await Lakehouse.start();
  try {
    for (const { content, path } of people20()) await lakehouse.cloud.land(path, content);
    await lakehouse.published(people20().map(({ path }) => path));
    let second = 0;
    const one = async (during?: () => Promise<void>) => {
      const { content, path } = secondOf(second++);
      const began = Date.now();
      await lakehouse.cloud.land(path, content);
      await during?.();
      let at = Number.NaN;
      await until(`release of '${path}'`, async () => {
        const { fate, publishedAt } = await lakehouse.cloud.file(path);
        at = Date.parse(publishedAt ?? '');
        return fate === 'published';
      });
      return (at - began) / 1000;
    };
    for (let round = 0; round < 5; round++) await one();
    const usual = median([await one(), await one(), await one(), await one(), await one()]);
    const figures: Figure[] = [];
    for (const victim of victims) {
      const whole = await one(async () => {
        await sleep(killAfterMs);
        await lakehouse.cloud.kill(victim);
      });
      const late = Math.max(0, whole - usual);
      figures.push({
        what: `${victim} killed in the middle of a run, its file later by`,
        ours: inSeconds(late),
        peer: `undisturbed: ${inSeconds(usual)}`,
        ratio: `${(whole / usual).toFixed(1)} times as long`,
        goal: { says: 'under 15 s', isMet: late < 15 },
      });
    }
    return figures;
  } finally {
    await lakehouse.discard();
  }
}
