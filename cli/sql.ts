import { argumentsOf, main, runningOrRefuse } from './arguments.ts';
import { type Format, formats, formatted } from './format.ts';
import { withWarehouse } from './query.ts';
import { type Person, people } from './stack/home.ts';
import { UserError } from './user-error.ts';

const usage = 'Usage: npm run sql -- [--home DIR] [--format table|csv|json] [--as PERSON] "SELECT ..."';

await main(async () => {
  const { home, positionals, values } = argumentsOf(
    { format: { type: 'string', default: 'table' }, as: { type: 'string', default: 'developer' } },
    usage,
  );
  const [statement, ...more] = positionals;
  if (!statement || more.length > 0) throw new UserError(`One statement is needed, in quotes.\n${usage}`);
  const format = String(values.format) as Format;
  if (!formats.includes(format)) throw new UserError(`'${format}' is not a format.\n${usage}`);
  const person = String(values.as) as Person | 'operator';
  const known = [...people, 'operator'];
  if (!known.includes(person))
    throw new UserError(`'${person}' is nobody here; known are ${known.join(', ')}.\n${usage}`);
  const running = runningOrRefuse(home);
  try {
    console.log(formatted(await withWarehouse(home, running, (ask) => ask(statement), person), format));
    return 0;
  } catch (error) {
    // Behind a semicolon the engine draws its whole plan.
    console.error((error as Error).message.split(';\n')[0]);
    return 1;
  }
});
