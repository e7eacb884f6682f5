import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { JobReport } from '../../medallion/files/report.ts';

/** A file that a job has set aside, in a batch of its own. */
export interface SetAside {
  readonly batch: string;
  readonly file: string;
}

/** What the jobs have written down themselves, beside all that the operator made of it. */
export const listSetAside = (folder: string): SetAside[] =>
  globSync('*/bronze/*.json', { cwd: folder }).flatMap((name) => {
    const text = readFileSync(path.join(folder, name), 'utf8');
    // A job that was killed has left half a report, and a whole one beside it.
    if (!text.trimEnd().endsWith('}')) return [];
    const { batch, files = [] } = JobReport.parse(JSON.parse(text));
    return files.filter(({ outcome }) => outcome === 'quarantined').map(({ file }) => ({ batch, file }));
  });
