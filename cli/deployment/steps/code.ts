import { z } from 'zod';
import { UserError } from '../../user-error.ts';
import { type Context, change, NotYetError } from '../context.ts';
import { type Difference, planSteps, type Step } from '../engine.ts';
import { findAppHost, getAppHost, getApplicationId, getWorkspace, listWarehouses } from '../lookups.ts';
import { compareTemplate, deployTemplate } from '../template.ts';

const Settings = z.object({ properties: z.record(z.string(), z.string()) });

export const code: Step = {
  name: 'code',
  rights: 'the pipeline',
  summary: 'the settings of the app, how people sign in, and the package',
  async compare(context) {
    const template = await createTemplate(context, context.release);
    const [difference] = await compareTemplate(context, template);
    if (!difference) return [];
    const apply = async () => {
      // The release stands among the settings last, so that a run that is killed here deploys the package again.
      if ((await readSettings(context))['MEDALLION_RELEASE'] === undefined)
        await deployTemplate(context, await createTemplate(context, 'none'));
      await context.ports.programs.deployCode(`func-${context.suffix}`, context.group);
      await deployTemplate(context, template);
      await waitForHealth(context);
    };
    return [{ what: `release '${context.release}': package, settings and sign-in`, isPreview: true, apply }];
  },
};

async function createTemplate(context: Context, release: string) {
  const { host } = await getWorkspace(context);
  const [warehouse, another] = await listWarehouses(context, host);
  if (!warehouse) throw new NotYetError('The bundle has made no warehouse yet.');
  if (another) throw new UserError(`Two warehouses are named '${warehouse.name}'. Delete the one that no bundle made.`);
  const parameters = {
    applicationId: await getApplicationId(context),
    warehouseId: warehouse.id,
    workspaceUrl: host,
    release,
  };
  return { name: 'settings', scope: 'group', parameters } as const;
}

export async function readSettings(context: Context): Promise<Readonly<Record<string, string>>> {
  const site = `${context.groupId}/providers/Microsoft.Web/sites/func-${context.suffix}`;
  const path = `${site}/config/appsettings/list?api-version=2025-03-01`;
  return (await change(context, { service: 'azure', method: 'POST', path }, Settings)).properties;
}

const maxLooks = 30;
const pauseSeconds = 10;

async function waitForHealth(context: Context): Promise<void> {
  const host = await getAppHost(context);
  for (let look = 1; look <= maxLooks; look += 1) {
    const { status } = await context.ports.send({ service: 'app', host, method: 'GET', path: '/api/health' });
    if (status === 200) return;
    await context.ports.wait(pauseSeconds);
  }
  throw new UserError(`The app at '${host}' does not answer five minutes after its deployment. Its log says why.`);
}

/** Event Grid asks the app whether it is there, and the key of the webhook is made by its first start. */
export const events: Step = {
  name: 'events',
  rights: 'the pipeline',
  summary: 'events of the landing zone, to the app',
  async compare(context) {
    if (!(await isDeployed(context))) throw new NotYetError('No release of the app is there yet.');
    return compareTemplate(context, { name: 'eventing', scope: 'group', parameters: {} });
  },
};

/** An app with a release has work to hold; one without has none. */
export async function isDeployed(context: Context): Promise<boolean> {
  if ((await findAppHost(context)) === undefined) return false;
  return ![undefined, 'none'].includes((await readSettings(context))['MEDALLION_RELEASE']);
}

/** An app that does not answer starts nothing, and a deployment may be its cure. */
async function isHealthy(context: Context, host: string): Promise<boolean> {
  const { status } = await context.ports.send({ service: 'app', host, method: 'GET', path: '/api/health' });
  return status === 200;
}

/** Steps under which no run may go on. */
export const createHold = (steps: readonly Step[]): Step => ({
  name: 'hold',
  rights: 'the pipeline, with the app role operator',
  summary: 'pauses the pipeline and waits for what runs, if anything is to change',
  async compare(context) {
    if (!(await isDeployed(context))) return [];
    const host = await getAppHost(context);
    if ((await listPaused(context, host)).length > 0 || !(await hasDifferences(context, steps))) return [];
    if (!(await isHealthy(context, host))) {
      context.ports.log('hold: the operator does not answer, so it is not paused');
      return [];
    }
    const audience = `api://${await getApplicationId(context)}`;
    return [
      { what: 'pause the pipeline and wait for runs', apply: () => context.ports.programs.holdApp(host, audience) },
    ];
  },
});

async function hasDifferences(context: Context, steps: readonly Step[]): Promise<boolean> {
  for (const { differences, waitsFor } of await planSteps(context, steps))
    if (differences.length > 0 || waitsFor !== undefined) return true;
  return false;
}

const Status = z.object({
  pipelineState: z.object({ state: z.string(), reason: z.string() }).optional(),
});

/** Whether a deployment has paused the pipeline; what a person paused stays so. */
async function listPaused(context: Context, host: string): Promise<readonly string[]> {
  const answer = await context.ports.send({ service: 'app', host, method: 'GET', path: '/api/status' });
  if (answer.status !== 200) return [];
  const { pipelineState } = Status.parse(answer.body);
  const isPaused = pipelineState?.state === 'paused' && pipelineState.reason.startsWith('deployment ');
  return isPaused ? [pipelineState.reason] : [];
}

export const resume: Step = {
  name: 'resume',
  rights: 'the pipeline, with the app role operator',
  summary: 'lets go on what a deployment has paused, and nothing that a person has paused',
  async compare(context): Promise<Difference[]> {
    if (!(await isDeployed(context))) return [];
    const host = await getAppHost(context);
    const [reason] = await listPaused(context, host);
    if (reason === undefined) return [];
    const audience = `api://${await getApplicationId(context)}`;
    return [
      { what: `let go on what was paused: ${reason}`, apply: () => context.ports.programs.resumeApp(host, audience) },
    ];
  },
};
