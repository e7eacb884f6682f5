import path from 'node:path';
import { argumentsOf, main, runningOrAwaited } from '../arguments.ts';
import { runCatalog } from '../stack/catalog.ts';
import { UserError } from '../user-error.ts';

const usage =
  'Usage: npm run catalog -- plan|apply [--env NAME] [--contracts DIR] [--allow-destructive] [--json] [--home DIR]\n' +
  'Without --env, or with --env local, it is the catalog of the local stack that runs in the home.';
const root = path.resolve(import.meta.dirname, '../..');

await main(async () => {
  const { home, positionals, values } = argumentsOf(
    {
      env: { type: 'string', default: 'local' },
      contracts: { type: 'string' },
      json: { type: 'boolean', default: false },
      'allow-destructive': { type: 'boolean', default: false },
    },
    usage,
  );
  const [verb = ''] = positionals;
  if (positionals.length !== 1 || !['plan', 'apply'].includes(verb)) throw new UserError(usage);
  const args = [
    verb,
    ...(values.contracts === undefined ? [] : ['--contracts', path.resolve(String(values.contracts))]),
    ...(values.json ? ['--json'] : []),
    ...(values['allow-destructive'] ? ['--allow-destructive'] : []),
  ];
  const { code, output } = await runCatalog(root, await placeOf(String(values.env), home), args);
  process.stdout.write(output);
  return code;
});

async function placeOf(name: string, home: string) {
  if (name === 'local') return runningOrAwaited(home);
  return { environmentFile: path.join(root, 'environments', `${path.basename(name)}.json`), certificateFile: '' };
}
