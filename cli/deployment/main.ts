import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { main, readArguments } from '../arguments.ts';
import { commands } from '../commands/declarations.mjs';
import { readNamedEnvironment } from '../environment-file.ts';
import { UserError } from '../user-error.ts';
import { createDestroySteps } from './destroy.ts';
import { applySteps, planSteps, selectSteps } from './engine.ts';
import { createLiveContext } from './live.ts';
import { formatPlan, isHarmless } from './plan.ts';
import { steps } from './steps/index.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** `deploy` makes an environment what its file and the release say. It may be killed at any moment, and run again. */
await main(async () => {
  const { values } = readArguments(commands.deploy);
  const { environment, environmentFile } = readNamedEnvironment(root, values.env);
  const context = await createLiveContext(environment, {
    environmentFile,
    patienceMinutes: readMinutes(values.patience),
    isRollback: values['roll-back'],
  });
  if (values.plan && values.destroy) throw new UserError('A plan destroys nothing: leave out --plan or --destroy.');
  const selected = selectSteps(values.destroy ? createDestroySteps(values['with-data']) : steps, values);
  if (values.plan) {
    const plans = await planSteps(context, selected);
    publishPlan(formatPlan(context, plans));
    return isHarmless(plans) ? 0 : 1;
  }
  const changes = await applySteps(context, selected);
  console.log(`'${values.env}': ${changes} changes.`);
  return 0;
});

function readMinutes(text: string): number {
  const minutes = Number(text);
  if (minutes > 0) return minutes;
  throw new UserError(`--patience is a number of minutes, and not '${text}'.`);
}

/** Where whoever approves looks: the summary of a run, or the terminal. */
function publishPlan(page: string): void {
  console.log(page);
  if (process.env['GITHUB_STEP_SUMMARY']) appendFileSync(process.env['GITHUB_STEP_SUMMARY'], page);
  if (process.env['TF_BUILD'] === undefined) return;
  const file = path.join(root, 'plan.md');
  writeFileSync(file, page);
  console.log(`##vso[task.uploadsummary]${file}`);
}
