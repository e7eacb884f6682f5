/** `npm run bench -- [MEASURE…]`: measures, and prints a table for each measure. */
import { type Figure, toTable } from './figure.ts';
import { describeMachine, getLoad } from './machine.ts';
import { measureBronze } from './measures/bronze.ts';
import { measureBurst } from './measures/burst.ts';
import { measureFaults } from './measures/faults.ts';
import { measureGates } from './measures/gates.ts';
import { measureGrowth } from './measures/growth.ts';
import { measureOrchestrations } from './measures/orchestrations.ts';
import { measureRecovery } from './measures/recovery.ts';
import { measureRegistry } from './measures/registry.ts';
import { measureSet1 } from './measures/set-1.ts';
import { measureSmallBatch } from './measures/small-batch.ts';
import { measureStreaming } from './measures/streaming.ts';
import { measureStrict } from './measures/strict.ts';
import { measureTouchedKeys } from './measures/touched-keys.ts';
import { volumes } from './measures/volumes.ts';

const measures: Record<string, () => Promise<Figure[]>> = {
  'set-1': measureSet1,
  strict: measureStrict,
  ...volumes,
  bronze: measureBronze,
  'small-batch': measureSmallBatch,
  'touched-keys': measureTouchedKeys,
  growth: measureGrowth,
  gates: measureGates,
  burst: measureBurst,
  faults: measureFaults,
  streaming: measureStreaming,
  recovery: measureRecovery,
  orchestrations: measureOrchestrations,
  registry: measureRegistry,
};
const names = process.argv.slice(2);
const unknown = names.find((name) => !(name in measures));
if (unknown !== undefined) {
  console.error(`'${unknown}' is not a measure. Choose from ${Object.keys(measures).join(', ')}.`);
  process.exit(1);
}

console.log(`${new Date().toISOString().slice(0, 10)}, ${describeMachine()}, load before: ${getLoad()}`);
for (const [name, measure] of Object.entries(measures)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const began = Date.now();
  const figures = await measure();
  console.log(`\n${name}, measured in ${((Date.now() - began) / 60_000).toFixed(1)} min\n${toTable(figures)}`);
}
