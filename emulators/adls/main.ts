import { startLake } from './lake.ts';
import type { LakeOptions } from './options.ts';

/** Process entry: the options as one JSON argument; the parent hears when the lake is ready. */
const lake = await startLake(JSON.parse(process.argv[2] ?? '{}') as LakeOptions);
let isLeaving = false;

async function leave(): Promise<void> {
  if (isLeaving) return;
  isLeaving = true;
  await lake.stop();
  process.exit(0);
}

process.on('SIGTERM', () => void leave());
process.on('SIGINT', () => void leave());
process.on('disconnect', () => void leave());
process.send?.({ kind: 'ready', endpoint: lake.endpoint });
