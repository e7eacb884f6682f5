// Process entry behind every npm script: reads the command line first, so that help and mistakes cost no installation.
import { commands } from '../../cli/commands/declarations.mjs';
import { formatHelp } from '../../cli/commands/help.mjs';
import { parseCommand, UsageError } from '../../cli/commands/parse.mjs';
import { runners } from './runners.mjs';
import { SetupError } from './step.mjs';

async function launch(name, args) {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const calls = Object.values(commands).map(({ call }) => call);
    process.stderr.write(`'${name}' is not a command. Commands are: ${calls.join(', ')}.\n`);
    return 2;
  }
  if (args.includes('--help')) {
    process.stdout.write(formatHelp(command));
    return 0;
  }
  const { positionals, values } = parseCommand(command, args);
  return runners[name]({ args, positionals, values });
}

try {
  const [name = '', ...args] = process.argv.slice(2);
  process.exitCode = await launch(name, args);
} catch (error) {
  if (!(error instanceof UsageError || error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
