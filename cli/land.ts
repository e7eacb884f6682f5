import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { main, readArguments, requireRunning } from './arguments.ts';
import { commands } from './commands/declarations.mjs';
import { landFile, landingZone } from './landing-zone.ts';
import { UserError } from './user-error.ts';

await main(async () => {
  const { home, positionals: files, values } = readArguments(commands.land);
  const { dataset } = values;
  if (!/^[\w.-]+$/.test(dataset)) throw new UserError(`'${dataset}' is not the name of a dataset. Nothing was landed.`);
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) throw new UserError(`There is no file '${missing.join("', '")}'. Nothing was landed.`);

  const zone = landingZone(home, requireRunning(home));
  for (const file of files) {
    const target = `${dataset}/${path.basename(file)}`;
    await landFile(zone, target, readFileSync(file));
    console.log(`Landed '${file}' as '${target}'.`);
  }
  return 0;
});
