import { type BatchId, formatManifest, manifestPath, reportFolder } from '../../medallion/files/manifest.ts';
import { aFile, getProperties } from './a-file.ts';
import { aLanding } from './a-landing.ts';
import { createFakePorts, type FakePorts } from './fake-ports.ts';
import { registerNew } from './register-files.ts';

interface LoadedBatch {
  readonly batch: BatchId;
  readonly account?: 'loaded' | 'quarantined';
  readonly isLoaded?: boolean;
  readonly at?: string;
  readonly newColumns?: Readonly<Record<string, readonly string[]>>;
}

/** Batches of one file each, in no release yet: registered, in a manifest, and loaded unless it says otherwise. */
export async function createLoadedPorts(
  batches: readonly LoadedBatch[],
  texts: Record<string, string> = {},
): Promise<FakePorts> {
  const landed = batches.map(({ batch }) => getProperties(aFile(`gym_logins/${batch}`)));
  const ports = createFakePorts({ datasets: [aLanding('gym_logins')], texts, landed });
  for (const { account: outcome = 'loaded', at, batch, isLoaded = true, newColumns } of batches) {
    const registered = await registerNew(ports, getProperties(aFile(`gym_logins/${batch}`)));
    const { registeredAt: _, ...line } = { ...registered, batch, replaces: null };
    const account = { file: line.file, outcome, lines: 1, blank: 0, accepted: 1, quarantinedLines: 0 };
    const tables = [{ table: 'bronze.bpm', version: 4, changed: true }];
    ports.texts.set(manifestPath(batch), formatManifest([line]));
    if (isLoaded) {
      const report = { batch, layer: 'bronze', at, tables, files: [account], newColumns };
      ports.texts.set(`${reportFolder(batch, 'bronze')}/00000001.json`, JSON.stringify(report));
    }
    await ports.unreleasedBatches.save({ batch, files: 1, datasets: ['gym_logins'] });
  }
  return ports;
}
