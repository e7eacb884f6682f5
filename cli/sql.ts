import { main, readArguments, requireRunning } from './arguments.ts';
import { commands } from './commands/declarations.mjs';
import { askExactly } from './exact-query.ts';
import { formatRows } from './format.ts';
import { withWarehouse } from './query.ts';

await main(async () => {
  const { home, positionals, values } = readArguments(commands.sql);
  const [statement = ''] = positionals;
  const running = requireRunning(home);
  try {
    const result = await withWarehouse(home, running, (ask) => askExactly(ask, statement), values.as);
    console.log(formatRows(result, values.format));
    return 0;
  } catch (error) {
    // Behind a semicolon the engine draws its whole plan.
    console.error((error as Error).message.split(';\n')[0]);
    return 1;
  }
});
