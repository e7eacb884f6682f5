import { expect, it } from 'vitest';
import { runCampaign } from '../../bench/campaign/campaign.ts';

/** Longer with `LANDING_MINUTES`: an hour shows what a day is like. */
const seconds = Number(process.env['LANDING_MINUTES'] ?? 5) * 60;
const senders = 20;

it('whatever twenty writers do, and whatever fails meanwhile: each file ends as the landing zone says', async () => {
  const plan = { seed: 20, seconds, senders, operators: 0, isStreaming: false };
  const { files, injected, problems, runs } = await runCampaign(plan);

  console.log(`${senders} writers: ${files} files, ${runs} runs, injected ${JSON.stringify(injected)}`);
  expect(problems).toEqual(Object.fromEntries(Object.keys(problems).map((check) => [check, []])));
}, 7_200_000);
