/** What erases deleted people: the job of each night, and the run after it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { getHomeFiles } from '../../cli/stack/home.ts';
import { cancelJobRun, type JobRun, readJobRun, startJob } from '../harness/jobs.ts';
import type { RunningStack } from '../harness/running-stack.ts';
import type { Span } from '../harness/timeline.ts';
import { nextDay } from './contents.ts';

const job = 'medallion-maintenance';
const pollSeconds = 2;
const limitSeconds = 400;
const maxTries = 4;

/**
 * Maintains the lakehouse once, and answers with when, or with nothing if it did not end well. Its next attempt would
 * come ten minutes later: nobody waits for that here. What the workspace does not answer is asked again.
 */
export async function maintain(stack: RunningStack): Promise<Span | undefined> {
  const from = Date.now();
  const parameters = { records: getHomeFiles(stack.home).records };
  const isOver = () => Date.now() > from + limitSeconds * 1000;
  const run = await ask(() => startJob(stack, job, parameters, `campaign-${from}`), isOver);
  if (run === undefined) return undefined;
  while (!isOver()) {
    const seen = await ask(() => readJobRun(stack, run), isOver);
    if (seen?.status.state === 'TERMINATED')
      return seen.status.termination_details?.code === 'SUCCESS' ? { name: job, from, to: Date.now() } : undefined;
    if (seen && hasFailed(seen)) break;
    await sleep(pollSeconds * 1000);
  }
  await ask(() => cancelJobRun(stack, run), isOver);
  return undefined;
}

const hasFailed = ({ tasks }: JobRun) => tasks.some(({ attempt_number: attempt }) => attempt > 0);

async function ask<Answer>(question: () => Promise<Answer>, isOver: () => boolean): Promise<Answer | undefined> {
  do {
    try {
      return await question();
    } catch (error) {
      console.log(`Maintenance had no answer: ${(error as Error).message.slice(0, 200)}`);
    }
    await sleep(pollSeconds * 1000);
  } while (!isOver());
  return undefined;
}

/** As `maintain`, when nothing goes wrong any more. */
async function maintainWell(stack: RunningStack): Promise<Span> {
  for (let attempt = 1; attempt <= maxTries; attempt++) {
    const span = await maintain(stack);
    if (span !== undefined) return span;
  }
  throw new Error(`Maintenance of '${stack.home}' did not end well ${maxTries} times.`);
}

/** A night erases, and what lands on the next day takes the deleted people out of all that readers see. */
export async function passNight(stack: RunningStack): Promise<Span> {
  const span = await maintainWell(stack);
  await stack.land(nextDay.path, nextDay.content);
  await stack.waitUntilQuiet();
  return span;
}

/** After two nights nothing tells of deleted people. */
export const passTwoNights = async (stack: RunningStack): Promise<Span[]> => [
  await passNight(stack),
  await maintainWell(stack),
];
