import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RunningStack } from '../../bench/harness/running-stack.ts';
import { findFreePort } from '../../cli/stack/ports.ts';
import { SupervisedProcess } from '../emulators/chaos/supervised-process.ts';
import { root } from './root.ts';

/** The app as it would be deployed after an edit, beside a running one: same lake, same registry, other contracts. */
export async function startEdited(cloud: RunningStack, file: string, edit: (text: string) => string) {
  const folder = mkdtempSync(path.join(tmpdir(), 'edited-'));
  for (const part of [
    'dist',
    'contracts',
    'projects',
    'dashboard',
    'host.json',
    'package.json',
    'spark/source-hashes.json',
  ])
    cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  const edited = path.join(folder, file);
  writeFileSync(edited, edit(readFileSync(edited, 'utf8')));
  const { certificateFile, environmentFile } = cloud.addresses;
  const host = new SupervisedProcess<{ address: string }>(path.join(root, 'emulators/functions-host/main.ts'), {
    appDirectory: folder,
    port: await findFreePort(),
    storeFile: path.join(folder, 'host.sqlite'),
    blobsKey: 'k',
    settings: {
      MEDALLION_ENVIRONMENT: environmentFile,
      NODE_EXTRA_CA_CERTS: certificateFile,
      SWEEP_SCHEDULE: '0 0 3 1 1 *',
      TASK_HUB: 'Edited',
      LANDING: 'x',
    },
  });
  const { address } = await host.start();
  return {
    address,
    end: async () => {
      await host.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
