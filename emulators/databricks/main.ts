import { runEmulator } from '../shared/process.ts';
import type { WorkspaceOptions } from './options.ts';
import { startWorkspace } from './workspace.ts';

await runEmulator(async (options: WorkspaceOptions) => {
  const { certificateFile, stop, url } = await startWorkspace(options);
  return { ready: { url, certificateFile }, stop };
});
