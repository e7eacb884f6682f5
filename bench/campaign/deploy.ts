import { setTimeout as sleep } from 'node:timers/promises';
import { holdPipeline, resumePipeline } from '../../cli/deployment/hold.ts';
import { ask, OperatorAway } from '../../cli/operator.ts';
import { runCatalog } from '../../cli/stack/catalog.ts';
import { UserError } from '../../cli/user-error.ts';
import { root } from '../harness/running-stack.ts';
import type { People } from './people.ts';

const patienceSeconds = 180;
const retrySeconds = 2;
const maxTries = 60;
const minutesBetweenDeployments = 4;

/**
 * The steps of a deployment that change a local stack: hold, tables, code, resume. The code is the same, and its host
 * starts anew. Whoever deploys takes a step again until it works, and deploys nothing if work does not end in time.
 */
export async function deploy(people: People): Promise<void> {
  if (people.isPausing || Date.now() < people.deployedAt + minutesBetweenDeployments * 60_000) return;
  people.isPausing = true;
  people.deployedAt = Date.now();
  const release = `campaign-${people.deployedAt}`;
  try {
    const isHeld = await take(people, 'hold', () => hold(people, release));
    if (isHeld) await replace(people);
    await take(people, 'resume', () => resumePipeline(people.stack.operator, release));
    people.count(isHeld ? 'deploy' : 'deploy later');
  } finally {
    people.isPausing = false;
  }
}

async function replace(people: People): Promise<void> {
  const { stack } = people;
  await take(people, 'tables', () => runCatalog(root, stack.addresses, ['apply']));
  await stack.kill('functions-host').catch((error: Error) => console.log(`The host was gone: ${error.message}`));
  await take(people, 'code', () => ask(stack.operator, 'health'));
}

/** False if work has not ended in time. */
async function hold({ stack }: People, release: string): Promise<boolean> {
  try {
    await holdPipeline(stack.operator, { release, patienceSeconds, pollSeconds: retrySeconds });
    return true;
  } catch (error) {
    if (error instanceof OperatorAway || !(error instanceof UserError)) throw error;
    console.log(error.message);
    return false;
  }
}

/** Repeats a step until it works. Nothing may be logged of what was decided while nobody answered. */
async function take<Result>(people: People, step: string, work: () => Promise<Result>): Promise<Result | undefined> {
  for (let attempt = 1; attempt <= maxTries; attempt++) {
    const from = Date.now();
    try {
      return await work();
    } catch (error) {
      console.log(`Step '${step}' failed: ${(error as Error).message.slice(0, 200)}`);
    }
    people.lostAnswers.push({ from, to: Date.now() });
    await sleep(retrySeconds * 1000);
  }
  people.unanswered.push(`Step '${step}' of a deployment never worked.`);
  return undefined;
}
