import type { Step } from '../../deployment/engine.ts';
import { account } from '../../deployment/steps/account.ts';
import { bindings } from '../../deployment/steps/bindings.ts';
import { code, events } from '../../deployment/steps/code.ts';
import { delivery } from '../../deployment/steps/delivery.ts';
import { directory } from '../../deployment/steps/directory.ts';
import { foundation, grants, infra } from '../../deployment/steps/foundation.ts';
import { firstTables, jobs } from '../../deployment/steps/jobs.ts';
import { lakehouse } from '../../deployment/steps/lakehouse.ts';
import { type Check, getCall } from '../check.ts';

/** What a step would change is what is wrong, and the step is the cure. */
const createCheck = (group: string, step: Step): Check => ({
  group,
  name: step.name,
  why: `the environment needs this: ${step.summary}`,
  look: async (context) => {
    const differences = await step.compare(context);
    return differences.map(({ isDestructive, what }) => ({
      what,
      cure: isDestructive
        ? `look at what would lose data with: npm run deploy -- --env ${context.environment.name} --plan`
        : getCall(context, step.name),
    }));
  },
});

export const stepChecks: readonly Check[] = [
  createCheck('azure', foundation),
  createCheck('azure', infra),
  createCheck('azure', grants),
  createCheck('directory', directory),
  createCheck('delivery', delivery),
  createCheck('account', account),
  createCheck('workspace', lakehouse),
  createCheck('workspace', jobs),
  createCheck('workspace', firstTables),
  createCheck('workspace', bindings),
  createCheck('app', code),
  createCheck('app', events),
];
