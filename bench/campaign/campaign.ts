import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isQuiet, readStatus, retryWhileAway } from '../../cli/operator.ts';
import { createPeopleFiles } from '../harness/live-load.ts';
import { readContent } from '../harness/read-content.ts';
import { RunningStack } from '../harness/running-stack.ts';
import { acts, finishWork, listOpenRuns } from './acts.ts';
import { checks } from './checks.ts';
import { findWrongGold } from './compare-gold.ts';
import { createBaseFiles } from './contents.ts';
import { type Evidence, gatherEvidence } from './evidence.ts';
import { createFaults } from './fault-list.ts';
import { countInjectedFaults } from './injected-faults.ts';
import { inputs } from './inputs.ts';
import { LandingZoneWriter } from './landing-zone-writer.ts';
import { passTwoNights } from './maintenance.ts';
import { People } from './people.ts';
import { createRandom, type Random } from './random.ts';
import { readSample, type Sample, watchGold } from './readers.ts';

export interface CampaignPlan {
  readonly seed: number;
  readonly isStreaming: boolean;
  /** How long things go wrong. */
  readonly seconds: number;
  readonly senders: number;
  /** People who act. */
  readonly operators: number;
}

export interface CampaignReport {
  readonly files: number;
  readonly runs: number;
  readonly injected: Readonly<Record<string, number>>;
  /** What is wrong, by the name of its check. */
  readonly problems: Readonly<Record<string, readonly string[]>>;
}

/** The stack starts in peace: a catalog that cannot be applied ends a start, as it should. */
const firstFaultSecond = 90;
/** Of one sender. Of many, each sends less often. */
const maxPauseBetweenInputs = 800;
const maxPauseBetweenActs = 20_000;
const secondsBetweenKills = 75;
/** Five minutes, and as many for the full sweep that finds a file which was renamed while its event was lost. */
const settleSeconds = 600;
const secondsBetweenRepairs = 30;
const victims = ['functions-host', 'databricks', 'spark'] as const;

/** Everything goes wrong for a while, and people act meanwhile. Then faults stop, and all has to be right soon. */
export async function runCampaign(plan: CampaignPlan): Promise<CampaignReport> {
  const options = ['--empty', '--sweep', '*/10 * * * * *', ...(plan.isStreaming ? ['--streaming'] : [])];
  const home = await prepareHome(options);
  const startedAt = Date.now();
  const faults = path.join(home, 'faults.json');
  const period = { from: firstFaultSecond, to: firstFaultSecond + plan.seconds };
  writeFileSync(faults, JSON.stringify({ ...createFaults(plan.seed, period), startedAt }));
  const stack = await RunningStack.start({ home, options: [...options, '--faults', faults] });
  try {
    const endsAt = startedAt + period.to * 1000;
    const { kills, people, witnesses } = await disturb(stack, plan, () => Date.now() > endsAt);
    const unsettled = [...(await settle(stack, people)), ...(await sleepOnIt(stack, people))];
    const samples = [...witnesses.samples, ...(await readLast(stack))];
    const injected = { ...countInjectedFaults(home), ...kills };
    const lostEvents = injected['drop at event'] ?? 0;
    const evidence = await gatherEvidence(stack, people, { ...witnesses, samples, lostEvents });
    const content = await readContent(stack);
    console.log(`Answers to people: ${JSON.stringify(people.answers)}`);
    const problems = { unanswered: people.unanswered, unsettled, ...runChecks(evidence) };
    // Computing gold anew takes minutes, and who stops it should know what is wrong so far.
    console.log(`Wrong so far: ${JSON.stringify(problems, undefined, 2)}`);
    await stack.stop();
    const wrongGold = await findWrongGold(content, evidence);
    const report = { files: evidence.files.length, runs: evidence.runs.length, injected };
    return await clean(stack, { ...report, problems: { ...problems, 'wrong gold': wrongGold } });
  } finally {
    await stack.stop();
  }
}

const readLast = async (stack: RunningStack): Promise<Sample[]> => {
  const sample = await readSample(stack);
  return sample === undefined ? [] : [sample];
};

/** What a campaign leaves behind is kept where something is wrong. */
async function clean(stack: RunningStack, report: CampaignReport): Promise<CampaignReport> {
  const isRight = Object.values(report.problems).flat().length === 0;
  if (isRight) await stack.dismiss();
  else console.log(`What the campaign left behind is in '${stack.home}'.`);
  return report;
}

async function prepareHome(options: readonly string[]): Promise<string> {
  const stack = await RunningStack.start({ options });
  try {
    const files = [...createPeopleFiles(), ...createBaseFiles()];
    for (const { content, path: file } of files) await stack.land(file, content);
    await stack.waitUntilQuiet();
  } finally {
    await stack.stop();
  }
  return stack.home;
}

/** Senders, people, readers and kills, all at once, until it is over. */
async function disturb(stack: RunningStack, { operators, seed, senders }: CampaignPlan, isOver: () => boolean) {
  let contents = 0;
  const writers = Array.from(
    { length: senders },
    (_, n) =>
      new LandingZoneWriter(`s${n}`, {
        random: createRandom(seed * 100 + n),
        countContent: () => ++contents,
        getZone: () => stack.getLandingZone(),
      }),
  );
  const people = new People(stack, createRandom(seed * 100 + 50));
  const kills: Record<string, number> = {};
  const from = Date.now();
  const [samples] = await Promise.all([
    watchGold(stack, isOver),
    ...writers.map((writer) => sendInputs(writer, maxPauseBetweenInputs * senders, isOver)),
    ...Array.from({ length: operators }, () => operate(people, isOver)),
    killInTurn(stack, { random: createRandom(seed * 100 + 60), kills, isOver }),
  ]);
  const sent = new Map<string, Buffer[]>();
  for (const writer of writers)
    for (const [file, list] of writer.contents) sent.set(file, [...(sent.get(file) ?? []), ...list]);
  return { kills, people, witnesses: { samples, contents: sent, trouble: { from, to: Date.now() } } };
}

async function sendInputs(writer: LandingZoneWriter, maxPause: number, isOver: () => boolean): Promise<void> {
  const names = Object.keys(inputs);
  while (!isOver()) {
    await inputs[writer.random.choose(names) ?? '']?.(writer, writer.nextContent());
    await sleep(writer.random.next(maxPause));
  }
}

async function operate(people: People, isOver: () => boolean): Promise<void> {
  const names = Object.keys(acts);
  while (!isOver()) {
    await sleep(people.random.next(maxPauseBetweenActs));
    await acts[people.random.choose(names) ?? '']?.(people);
  }
}

interface Killing {
  readonly random: Random;
  readonly kills: Record<string, number>;
  readonly isOver: () => boolean;
}

async function killInTurn(stack: RunningStack, { isOver, kills, random }: Killing): Promise<void> {
  for (let killedAt = Date.now(); !isOver(); await sleep(1000)) {
    if (Date.now() - killedAt < secondsBetweenKills * 1000) continue;
    killedAt = Date.now();
    const victim = random.choose(victims) ?? 'spark';
    try {
      await stack.kill(victim);
      kills[`kill of ${victim}`] = (kills[`kill of ${victim}`] ?? 0) + 1;
    } catch (error) {
      console.log(`'${victim}' was dead already: ${(error as Error).message}`);
    }
  }
}

/** People finish their work while the operator does; what is not quiet in time is a problem. */
async function settle(stack: RunningStack, people: People): Promise<string[]> {
  const deadline = Date.now() + settleSeconds * 1000;
  for (;;) {
    await finishWork(people);
    const until = Math.min(deadline, Date.now() + secondsBetweenRepairs * 1000);
    while (Date.now() < until) {
      const status = await retryWhileAway(() => readStatus(stack.getLandingZone(), stack.operator));
      if (isQuiet(status) && !(await hasOpenRuns(people))) return [];
      await sleep(2000);
    }
    if (Date.now() >= deadline) return [`It was not quiet ${settleSeconds} s after the last fault.`];
  }
}

/** Nights take deleted people away, and nothing disturbs them any more. */
async function sleepOnIt(stack: RunningStack, people: People): Promise<string[]> {
  try {
    people.maintenances.push(...(await passTwoNights(stack)));
    return [];
  } catch (error) {
    return [`After two nights: ${(error as Error).message}`];
  }
}

const hasOpenRuns = async (people: People) => (await listOpenRuns(people)).length > 0;

const runChecks = (evidence: Evidence): Record<string, string[]> =>
  Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, check(evidence)]));
