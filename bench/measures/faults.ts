import { type CampaignReport, runCampaign } from '../campaign/campaign.ts';
import type { Figure } from '../figure.ts';

const minFaults = 3000;
const defaultMinutes = 10;
const defaultSeed = 7;

/** One campaign in each mode. `CAMPAIGN_MINUTES` and `CAMPAIGN_SEED` make it shorter, or another one. */
export async function measureFaults(): Promise<Figure[]> {
  const seed = Number(process.env['CAMPAIGN_SEED'] ?? defaultSeed);
  const seconds = Number(process.env['CAMPAIGN_MINUTES'] ?? defaultMinutes) * 60;
  const figures: Figure[] = [];
  let faults = 0;
  for (const isStreaming of [false, true]) {
    const report = await runCampaign({ seed, seconds, isStreaming, senders: 4, operators: 2 });
    printReport(report, `seed ${seed}, ${isStreaming ? 'streams' : 'batches'}`);
    faults += sum(report.injected);
    figures.push(...toFigures(report, isStreaming ? 'in streams' : 'in batches'));
  }
  const isMet = faults >= minFaults;
  return [...figures, { what: 'injected faults', ours: String(faults), goal: { text: `${minFaults}`, isMet } }];
}

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((total, n) => total + n, 0);

/** By check, how much is wrong. */
const toFigures = ({ files, injected, problems, runs }: CampaignReport, mode: string): Figure[] =>
  Object.entries(problems).map(([check, list]) => ({
    what: `${check} ${mode}, of ${files} files and ${runs} runs, over ${sum(injected)} faults`,
    ours: String(list.length),
    goal: { text: '0', isMet: list.length === 0 },
  }));

function printReport({ injected, problems }: CampaignReport, title: string): void {
  console.log(`\nInjected (${title}):`);
  for (const [kind, count] of Object.entries(injected).toSorted()) console.log(`  ${count} ${kind}`);
  for (const [check, list] of Object.entries(problems)) {
    console.log(`${check} (${title}): ${list.length}`);
    for (const problem of list) console.log(`  ${problem}`);
  }
}
