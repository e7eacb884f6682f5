import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { expected, steps } from '../functions-host/program.ts';
import { integrityOf, leftoversIn } from '../functions-host/store.ts';
import { ACloud } from './test-stack.ts';

const CHAOS_SECONDS = 24;
// The workspace needs some seconds to come back, so that its turn, and that of its Spark, comes less often.
const TURNS = ['host', 'worker', 'spark', 'host', 'worker', 'worker', 'workspace', 'host', 'worker', 'worker'] as const;

type Plan = { id: string; name: string; input: unknown; right: unknown };

const programs = fc.sample(steps, { numRuns: 100, seed: 8_50 });
const cloud = new ACloud();
beforeAll(() => cloud.start());
afterAll(() => cloud.end());

const instances = '/runtime/webhooks/durabletask/instances';

it('loses nothing and does nothing twice while everything is killed again and again', async () => {
  const job = await cloud.jobId('noted');
  const plans = [...Array(200).keys()].map((n) => planOf(n, job));
  const began = Date.now();
  const chaos = killInTurn();
  const lanes = [0, 1, 2, 3].map((lane) => startAll(plans.filter((_, n) => n % 4 === lane)));
  await chaos;
  const quiet = Date.now();
  await Promise.all(lanes);

  const wrong = (await Promise.all(plans.map(endOf))).filter((each) => each !== undefined);
  expect(wrong).toEqual([]);
  const settled = Date.now();
  await vi.waitFor(async () => expect(await cloud.runs({ active_only: true })).toEqual([]), 60_000);
  const remote = plans.filter(({ name }) => name === 'remote');
  const runs = await cloud.runs();
  expect(runs).toHaveLength(remote.length);
  expect(new Set(runs.map((run) => run.run_id)).size).toBe(remote.length);
  await cloud.stopHost();
  expect(leftoversIn(cloud)).toEqual([]);
  expect(integrityOf(cloud)).toEqual(['ok']);
  const lost = runs.filter((run) => run.status.termination_details?.code === 'DRIVER_ERROR').length;
  console.log(
    `${plans.length} orchestrations, ${runs.length} runs (${lost} lost their driver); kills ${JSON.stringify(cloud.kills)} ` +
      `in ${seconds(quiet - began)} s; right after ${seconds(settled - quiet)} s more, still after ${seconds(Date.now() - began)} s`,
  );
});

function planOf(n: number, job: number): Plan {
  const id = `chaos-${n}`;
  if (n % 4 === 0) return { id, name: 'remote', input: { job }, right: 'one run' };
  if (n % 4 === 1) {
    return { id, name: 'pipeline', input: { word: `w${n}` }, right: [`W${n}`, 7, ['X0', 'X1', 'X2'], 100] };
  }
  const program = programs[n % programs.length] ?? [];
  return { id, name: 'program', input: { steps: program }, right: program.map(expected) };
}

/** Spread over the time of the killings. */
async function startAll(plans: readonly Plan[]): Promise<void> {
  for (const { id, name, input } of plans) {
    await cloud.ask(`/runtime/webhooks/durabletask/orchestrators/${name}/${id}`, post(input));
    if (name === 'pipeline') await cloud.ask(`${instances}/${id}/raiseEvent/approve`, post(7));
    await pause((CHAOS_SECONDS * 500) / plans.length);
  }
}

async function killInTurn(): Promise<void> {
  const end = Date.now() + CHAOS_SECONDS * 1000;
  for (let turn = 0; Date.now() < end; turn += 1) {
    await pause(1000);
    cloud.kill(TURNS[turn % TURNS.length] ?? 'host');
  }
}

/** What is wrong with how an instance ended, if anything. */
async function endOf({ id, name, right }: Plan): Promise<unknown> {
  for (;;) {
    const { status, body } = await cloud.ask(`${instances}/${id}`);
    if (status === 404) return { id, problem: 'it is not there' };
    const { runtimeStatus, output } = body as { runtimeStatus: string; output: unknown };
    if (['Completed', 'Failed', 'Terminated'].includes(runtimeStatus)) {
      const is = name === 'remote' ? await oneRun(id, output) : output;
      return JSON.stringify(is) === JSON.stringify(right) ? undefined : { id, name, is, right };
    }
    await pause(200);
  }
}

/** Asked with the same token, the workspace answers the run that the orchestration was told of. */
async function oneRun(token: string, output: unknown): Promise<unknown> {
  const { first, again } = output as { first: number; again: number };
  const { run_id } = await cloud.runNow(await cloud.jobId('noted'), token);
  return first === again && first === run_id ? 'one run' : { first, again, run_id };
}

const post = (body: unknown) => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1);
