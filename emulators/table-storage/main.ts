import { runEmulator } from '../shared/process.ts';
import { startTables, type TableOptions } from './tables.ts';

await runEmulator(async (options: TableOptions) => ({
  ready: { address: await startTables(options) },
  // Every write that was answered is on disk, so there is nothing to do before the end.
  stop: async () => undefined,
}));
