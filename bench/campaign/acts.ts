/** What people do at random moments, each by its name. An answer of 409 is one, too: what they saw has changed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { deploy } from './deploy.ts';
import { maintain } from './maintenance.ts';
import type { People } from './people.ts';

type Act = (people: People) => Promise<void>;

const pauseSeconds = 40;
const endings = ['blocked', 'failed', 'cancelled'];

const pauseAndResume: Act = async (people) => {
  if (people.isPausing) return;
  people.isPausing = true;
  const { status } = await people.decide('pipeline/pause');
  if (status === 200) {
    if (people.rollBacks === 0) people.pauses.push({ from: Date.now() });
    await sleep(pauseSeconds * 1000);
    endPause(people);
  }
  await people.decide('pipeline/resume');
  people.isPausing = false;
};

/** From here on readers may see something new. */
function endPause({ pauses }: People): void {
  const last = pauses.at(-1);
  if (last !== undefined) last.to ??= Date.now();
}

const actOnRun =
  (action: 'cancel' | 'retry' | 'skip', outcomes: readonly string[]): Act =>
  async (people) => {
    const runs = (await people.read<{ runs: RunRecord[] }>('runs'))?.runs ?? [];
    const run = people.random.choose(runs.filter(({ outcome }) => outcomes.includes(outcome)));
    if (run !== undefined) await people.decide(`runs/${run.batch}/${action}`);
  };

async function chooseFile(people: People, filter: string): Promise<RegisteredFile | undefined> {
  const page = await people.read<{ files: RegisteredFile[] }>(`files?limit=200&${filter}`);
  return people.random.choose(page?.files ?? []);
}

const exclude: Act = async (people) => {
  const file = await chooseFile(people, 'dataset=gym_logins');
  if (file === undefined) return;
  const { status } = await people.decide(`files/${file.file}/exclude`);
  if (status === 202) people.exclusions.set(file.file, Date.now());
};

const include: Act = async (people) => {
  const file = await chooseFile(people, 'status=excluded');
  if (file === undefined) return;
  people.exclusions.delete(file.file);
  await people.decide(`files/${file.file}/include`);
};

const accept: Act = async (people) => {
  const file = await chooseFile(people, 'status=quarantined');
  if (file !== undefined) await people.decide(`files/${file.file}/accept`);
};

const rollBack: Act = async (people) => {
  const page = await people.read<{ releases: { release: string }[] }>('releases');
  const target = people.random.choose(page?.releases ?? []);
  if (target === undefined) return;
  endPause(people);
  people.rollBacks += 1;
  await people.decide(`releases/${target.release}/roll-back`);
  people.rollBacks -= 1;
};

const planAndExecute: Act = async (people) => {
  const plan = await createPlan(people);
  if (plan !== undefined) await people.decide(`reprocess/${plan}/execute`);
};

const planAndWithdraw: Act = async (people) => {
  const plan = await createPlan(people);
  if (plan === undefined) return;
  await people.decide(`reprocess/${plan}/execute`);
  await people.decide(`reprocess/${plan}/withdraw`);
};

const maintainOnce: Act = async (people) => {
  if (people.isMaintaining) return;
  people.isMaintaining = true;
  const span = await maintain(people.stack);
  if (span !== undefined) people.maintenances.push(span);
  people.count(span === undefined ? 'maintain in vain' : 'maintain');
  people.isMaintaining = false;
};

async function createPlan(people: People): Promise<string | undefined> {
  const file = await chooseFile(people, 'status=published&dataset=gym_logins');
  if (file === undefined) return undefined;
  const { content, status } = await people.decide('reprocess', { selection: { files: { files: [file.file] } } });
  return status < 300 ? content.plan : undefined;
}

export const acts: Readonly<Record<string, Act>> = {
  'pause and resume': pauseAndResume,
  cancel: actOnRun('cancel', ['running']),
  retry: actOnRun('retry', endings),
  skip: actOnRun('skip', endings),
  exclude,
  include,
  accept,
  'roll back': rollBack,
  'plan and execute': planAndExecute,
  'plan and withdraw': planAndWithdraw,
  maintain: maintainOnce,
  deploy,
};

/** What is left to people when all is over: nothing stays paused, and no run stays open. */
export async function finishWork(people: People): Promise<void> {
  endPause(people);
  await people.decide('pipeline/resume');
  for (const { batch } of await listOpenRuns(people)) {
    if (people.retried.has(batch)) continue;
    people.retried.add(batch);
    await people.decide(`runs/${batch}/retry`);
  }
}

/** Runs that ended without a release, whose files no later one has carried. The next release of streams takes up the last. */
export async function listOpenRuns(people: People): Promise<RunRecord[]> {
  const runs = (await people.read<{ runs: RunRecord[] }>('runs?limit=200'))?.runs ?? [];
  const own = runs.filter(({ batches }) => batches === undefined);
  return own.filter(({ outcome, release }) => endings.includes(outcome) && release === undefined);
}
