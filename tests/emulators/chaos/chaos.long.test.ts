import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { getExpected, steps } from '../functions-host/program.ts';
import { checkIntegrity, listLeftovers } from '../functions-host/store.ts';
import { TestStack } from './test-stack.ts';

const chaosSeconds = 24;
// The workspace needs some seconds to come back, so that its turn, and that of its Spark, comes less often.
const turns = ['host', 'worker', 'spark', 'host', 'worker', 'worker', 'workspace', 'host', 'worker', 'worker'] as const;

type Plan = { id: string; name: string; input: unknown; expected: unknown };

const programs = fc.sample(steps, { numRuns: 100, seed: 8_50 });
const stack = new TestStack();
beforeAll(() => stack.start());
afterAll(() => stack.end());

const instances = '/runtime/webhooks/durabletask/instances';

it('loses nothing and does nothing twice while everything is killed again and again', async () => {
  const job = await stack.findJobId('noted');
  const plans = [...Array(200).keys()].map((n) => createPlan(n, job));
  const began = Date.now();
  const chaos = killInTurn();
  const lanes = [0, 1, 2, 3].map((lane) => startAll(plans.filter((_, n) => n % 4 === lane)));
  await chaos;
  const quiet = Date.now();
  await Promise.all(lanes);

  const wrong = (await Promise.all(plans.map(findProblem))).filter((problem) => problem !== undefined);
  expect(wrong).toEqual([]);
  const settled = Date.now();
  await vi.waitFor(async () => expect(await stack.listRuns({ active_only: true })).toEqual([]), 60_000);
  const remote = plans.filter(({ name }) => name === 'remote');
  const runs = await stack.listRuns();
  expect(runs).toHaveLength(remote.length);
  expect(new Set(runs.map((run) => run.run_id)).size).toBe(remote.length);
  await stack.stopHost();
  expect(listLeftovers(stack)).toEqual([]);
  expect(checkIntegrity(stack)).toEqual(['ok']);
  const lost = runs.filter((run) => run.status.termination_details?.code === 'DRIVER_ERROR').length;
  console.log(
    `${plans.length} orchestrations, ${runs.length} runs (${lost} lost their driver); kills ${JSON.stringify(stack.kills)} ` +
      `in ${formatSeconds(quiet - began)} s; right after ${formatSeconds(settled - quiet)} s more, still after ${formatSeconds(Date.now() - began)} s`,
  );
});

function createPlan(n: number, job: number): Plan {
  const id = `chaos-${n}`;
  if (n % 4 === 0) return { id, name: 'remote', input: { job }, expected: 'one run' };
  if (n % 4 === 1) {
    return { id, name: 'pipeline', input: { word: `w${n}` }, expected: [`W${n}`, 7, ['X0', 'X1', 'X2'], 100] };
  }
  const program = programs[n % programs.length] ?? [];
  return { id, name: 'program', input: { steps: program }, expected: program.map(getExpected) };
}

/** Spread over the time of the killings. */
async function startAll(plans: readonly Plan[]): Promise<void> {
  for (const { id, name, input } of plans) {
    await stack.request(`/runtime/webhooks/durabletask/orchestrators/${name}/${id}`, post(input));
    if (name === 'pipeline') await stack.request(`${instances}/${id}/raiseEvent/approve`, post(7));
    await pause((chaosSeconds * 500) / plans.length);
  }
}

async function killInTurn(): Promise<void> {
  const end = Date.now() + chaosSeconds * 1000;
  for (let turn = 0; Date.now() < end; turn += 1) {
    await pause(1000);
    stack.kill(turns[turn % turns.length] ?? 'host');
  }
}

/** What is wrong with how an instance ended, if anything. */
async function findProblem({ id, name, expected }: Plan): Promise<unknown> {
  for (;;) {
    const { status, body } = await stack.request(`${instances}/${id}`);
    if (status === 404) return { id, problem: 'it is not there' };
    const { runtimeStatus, output } = body as { runtimeStatus: string; output: unknown };
    if (['Completed', 'Failed', 'Terminated'].includes(runtimeStatus)) {
      const is = name === 'remote' ? await describeRun(id, output) : output;
      return JSON.stringify(is) === JSON.stringify(expected) ? undefined : { id, name, is, expected };
    }
    await pause(200);
  }
}

/** Asked with the same token, the workspace answers the run that the orchestration was told of. */
async function describeRun(token: string, output: unknown): Promise<unknown> {
  const { first, again } = output as { first: number; again: number };
  const { run_id } = await stack.runNow(await stack.findJobId('noted'), token);
  return first === again && first === run_id ? 'one run' : { first, again, run_id };
}

const post = (body: unknown) => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const formatSeconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1);
