import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { argumentsOf, main, runningOrRefuse } from './arguments.ts';
import { landFile, landingZone } from './landing-zone.ts';
import { UserError } from './user-error.ts';

const usage = 'Usage: npm run land -- [--home DIR] --dataset NAME FILE...';

await main(async () => {
  const { home, positionals, values } = argumentsOf({ dataset: { type: 'string' } }, usage);
  const dataset = values.dataset;
  if (typeof dataset !== 'string' || !/^[\w.-]+$/.test(dataset)) throw new UserError(`A dataset is needed.\n${usage}`);
  if (positionals.length === 0) throw new UserError(`At least one file is needed.\n${usage}`);
  const missing = positionals.filter((file) => !existsSync(file));
  if (missing.length > 0) throw new UserError(`There is no file '${missing.join("', '")}'. Nothing was landed.`);

  const running = runningOrRefuse(home);
  const zone = landingZone(home, running);
  for (const file of positionals) {
    const target = `${dataset}/${path.basename(file)}`;
    await landFile(zone, target, readFileSync(file));
    console.log(`Landed '${file}' as '${target}'.`);
  }
  return 0;
});
