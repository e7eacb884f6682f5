import { parseArgs } from 'node:util';
import { UserError } from '../user-error.ts';
import { holdPipeline, resumePipeline } from './hold.ts';

/** `hold` before a deployment and `resume` after it. The token of who deploys is in OPERATOR_TOKEN. */
const usage = 'Usage: deployment hold|resume --app ADDRESS --release NAME [--patience MINUTES]';

try {
  console.log(await perform());
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function perform(): Promise<string> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { app: { type: 'string' }, release: { type: 'string' }, patience: { type: 'string', default: '45' } },
  });
  const { app, patience, release } = values;
  const [verb] = positionals;
  if (!app || !release || !(Number(patience) >= 0)) throw new UserError(usage);
  const token = process.env['OPERATOR_TOKEN'];
  const operator = { app, headers: token ? { authorization: `Bearer ${token}` } : {} };
  if (verb === 'hold') {
    await holdPipeline(operator, { release, patienceSeconds: Number(patience) * 60, pollSeconds: 5 });
    return 'Nothing is at work, and nothing begins.';
  }
  if (verb !== 'resume') throw new UserError(usage);
  await resumePipeline(operator, release);
  return 'What the deployment had paused goes on.';
}
