import type { RegisteredFile } from '../../medallion/files/file.ts';
import { mapConcurrently } from '../../medallion/map-concurrently.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { describeFileChange, maxParts, type PlannedFile, toPlannedFile } from '../../medallion/reprocessing/plan.ts';
import { createFileFilter, type FileSelection } from '../../medallion/reprocessing/selection.ts';
import { readManifest } from '../read-manifest.ts';
import { isRejected, type Rejected } from '../rejected.ts';
import { listOwnFiles } from '../runs/exclude-unreleased.ts';
import { listFilesWithEvents } from './files-by-event-time.ts';

type SelectPorts = Pick<Ports, 'files' | 'lake' | 'sqlWarehouse' | 'tables' | 'tuning'>;

export interface SelectedFiles {
  readonly files: PlannedFile[];
  /** Files that were left out, and why. */
  readonly warnings: string[];
}

const concurrency = 16;
const filesPerPage = 1000;
const maxWarnings = 50;
/** One that was set aside may be right once its contract is corrected. */
const replayable = ['published', 'quarantined', 'blocked', 'failed'];

/** The files that meet one of the selections and still lie in the landing zone as they were loaded. */
export async function selectPlannedFiles(
  ports: SelectPorts,
  selections: readonly FileSelection[],
): Promise<SelectedFiles | Rejected> {
  const selected: RegisteredFile[] = [];
  for (const selection of selections) {
    const files = await listSelected(ports, selection, getMaxFiles(ports) - selected.length);
    if (isRejected(files)) return files;
    selected.push(...files);
  }
  if (selected.length > 0) return keepUnchanged(ports, selected);
  const reason = 'No file that was ever loaded meets every condition.';
  return { kind: 'rejected', code: 'empty_selection', reason };
}

async function listSelected(
  ports: SelectPorts,
  selection: FileSelection,
  max: number,
): Promise<RegisteredFile[] | Rejected> {
  const withEvents = selection.eventTime && (await listFilesWithEvents(ports, selection.eventTime));
  if (withEvents && isRejected(withEvents)) return withEvents;
  const isSelected = createFileFilter(selection, withEvents);
  const selected: RegisteredFile[] = [];
  for await (const files of listCandidates(ports, selection)) {
    selected.push(...files.filter((file) => replayable.includes(file.status) && isSelected(file)));
    if (selected.length > max) return rejectTooLarge(ports);
  }
  return selected;
}

/** Files that may meet a selection: those that it names, or a page after the other of all that ever were. */
async function* listCandidates(ports: SelectPorts, selection: FileSelection): AsyncGenerator<RegisteredFile[]> {
  const named = await findNamed(ports, selection);
  if (named) return yield named;
  const { batch, dataset, release, status } = selection;
  for (let after: string | undefined; ; ) {
    const page = await ports.files.list({ batch, dataset, status, release }, filesPerPage, after);
    yield page.rows;
    if (page.next === undefined) return;
    after = page.next;
  }
}

/** The files whose ids or whose batch a selection gives, each by its key. Nothing if it gives neither. */
async function findNamed(ports: SelectPorts, { batch, files }: FileSelection): Promise<RegisteredFile[] | undefined> {
  if (files) {
    const rows = await mapConcurrently([...new Set(files)], concurrency, (file) => ports.files.findById(file));
    return rows.filter((file) => file !== undefined);
  }
  const manifest = batch === undefined ? [] : await readManifest(ports, batch);
  // Manifests are kept for 30 days. What an older batch had loaded is found among all files only.
  return batch === undefined || manifest.length === 0 ? undefined : listOwnFiles(ports, batch, manifest);
}

const getMaxFiles = ({ tuning }: Pick<Ports, 'tuning'>): number => maxParts * tuning.batches.maxFilesPerBatch;

function rejectTooLarge({ tuning }: SelectPorts): Rejected {
  const max = getMaxFiles({ tuning });
  const reason = `More than ${max} files are selected, and one plan takes no more. Narrow the selection.`;
  return { kind: 'rejected', code: 'selection_too_large', reason };
}

/** Only what still lies in the landing zone as it was loaded can be read again; the rest is left out, and named. */
async function keepUnchanged({ lake }: SelectPorts, selected: readonly RegisteredFile[]) {
  const checked = await mapConcurrently(selected, concurrency, async (file) => {
    const planned = toPlannedFile(file);
    return { planned, change: describeFileChange(planned, file, await lake.getProperties(file.path)) };
  });
  const files = checked.flatMap(({ change, planned }) => (change === undefined ? [planned] : []));
  const warnings = checked.flatMap(({ change }) => (change === undefined ? [] : [`Left out: ${change}`]));
  if (files.length > 0) return { files, warnings: warnings.slice(0, maxWarnings) };
  return { kind: 'rejected', code: 'empty_selection', reason: warnings.slice(0, 5).join(' ') } as const;
}
