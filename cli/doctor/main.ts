import path from 'node:path';
import { readEnvironment } from '../../environments/environment.ts';
import { main, readArguments } from '../arguments.ts';
import { commands } from '../commands/declarations.mjs';
import { createLiveContext } from '../deployment/live.ts';
import { checks } from './checks/index.ts';
import { formatReport, getExitCode, runChecks, selectChecks } from './run.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** `doctor` asks for everything that an environment needs, and changes nothing. */
await main(async () => {
  const { values } = readArguments(commands.doctor);
  const environmentFile = path.join(root, 'environments', `${path.basename(values.env)}.json`);
  const selected = selectChecks(checks, values.only);
  const context = await createLiveContext(readEnvironment(environmentFile), {
    environmentFile,
    patienceMinutes: 1,
    isRollback: false,
  });
  const report = await runChecks(context, selected);
  console.log(values.json ? JSON.stringify(report) : formatReport(values.env, report));
  return getExitCode(report);
});
