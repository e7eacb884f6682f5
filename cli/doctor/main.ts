import path from 'node:path';
import { main, readArguments } from '../arguments.ts';
import { commands } from '../commands/declarations.mjs';
import { createLiveContext } from '../deployment/live.ts';
import { readNamedEnvironment } from '../environment-file.ts';
import { checks } from './checks/index.ts';
import { formatReport, getExitCode, runChecks, selectChecks } from './run.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** `doctor` asks for everything that an environment needs, and changes nothing. */
await main(async () => {
  const { values } = readArguments(commands.doctor);
  const { environment, environmentFile } = readNamedEnvironment(root, values.env);
  const selected = selectChecks(checks, values.only);
  const context = await createLiveContext(environment, {
    environmentFile,
    patienceMinutes: 1,
    isRollback: false,
  });
  const report = await runChecks(context, selected);
  console.log(values.json ? JSON.stringify(report) : formatReport(values.env, report));
  return getExitCode(report);
});
