/** `npm run bench -- [MEASURE…]`: measures, and prints a table for each measure. */
import { type Figure, tableOf } from './figure.ts';
import { load, machine } from './machine.ts';
import { burst } from './measures/burst.ts';
import { faults } from './measures/faults.ts';
import { gates } from './measures/gates.ts';
import { growth } from './measures/growth.ts';
import { orchestrations } from './measures/orchestrations.ts';
import { recovery } from './measures/recovery.ts';
import { setOne } from './measures/set-1.ts';
import { streaming } from './measures/streaming.ts';
import { volumes } from './measures/volumes.ts';

const measures: Record<string, () => Promise<Figure[]>> = {
  'set-1': setOne,
  ...volumes,
  growth,
  gates,
  burst,
  faults,
  streaming,
  recovery,
  orchestrations,
};
const picked = process.argv.slice(2);
const unknown = picked.find((name) => !(name in measures));
if (unknown !== undefined) {
  console.error(`'${unknown}' is not a measure. Known are ${Object.keys(measures).join(', ')}.`);
  process.exit(1);
}

console.log(`${new Date().toISOString().slice(0, 10)}, ${machine()}, load before: ${load()}`);
for (const [name, measure] of Object.entries(measures)) {
  if (picked.length > 0 && !picked.includes(name)) continue;
  const began = Date.now();
  const figures = await measure();
  console.log(`\n${name}, measured in ${((Date.now() - began) / 60_000).toFixed(1)} min\n${tableOf(figures)}`);
}
