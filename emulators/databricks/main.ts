import type { WorkspaceOptions } from './options.ts';
import { startWorkspace } from './workspace.ts';

/** Process entry: the options as one JSON argument; the parent hears when the workspace is ready. */
const options = JSON.parse(process.argv[2] ?? '{}') as WorkspaceOptions;
const starting = startWorkspace(options);
let isLeaving = false;

async function leave(): Promise<void> {
  if (isLeaving) return;
  isLeaving = true;
  await (await starting).stop();
  process.exit(0);
}

process.on('SIGTERM', () => void leave());
process.on('SIGINT', () => void leave());
process.on('disconnect', () => void leave());

const { url, certificateFile } = await starting;
process.send?.({ kind: 'ready', url, certificateFile });
