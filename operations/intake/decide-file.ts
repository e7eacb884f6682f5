import { acceptancePath, exclusionPath, formatDecision, mostlyBrokenRule } from '../../medallion/files/decisions.ts';
import type { RegisteredFile } from '../../medallion/files/file.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { Rejected } from '../rejected.ts';

type DecisionPorts = Pick<Ports, 'files' | 'lake'>;

const reject = (reason: string): Rejected => ({ kind: 'rejected', code: 'conflict', reason });

/** Why a file cannot be excluded; `undefined` if it can. */
export function rejectUnlessIncluded(
  { datasets }: Pick<Ports, 'datasets'>,
  { dataset, path, status }: RegisteredFile,
): Rejected | undefined {
  if (status === 'excluded') return reject(`File '${path}' is excluded already.`);
  if (datasets.some((contract) => contract.dataset === dataset)) return undefined;
  return reject(`File '${path}' belongs to no dataset, so nothing of it is ever loaded.`);
}

/** Why a file cannot be included; `undefined` if it can. */
export const rejectUnlessExcluded = ({ path, status }: RegisteredFile): Rejected | undefined =>
  status === 'excluded' ? undefined : reject(`File '${path}' is ${status}, and only an excluded one can be included.`);

/** Why a file cannot be accepted; `undefined` if it can. */
export function rejectUnlessMostlyBroken({ path, status, violations }: RegisteredFile): Rejected | undefined {
  if (status === 'quarantined' && (violations?.[mostlyBrokenRule] ?? 0) > 0) return undefined;
  return reject(`File '${path}' is not set aside for its share of broken lines, so there is nothing to accept.`);
}

/** A content with rows, or one that a batch may be about to read. */
const statusesWithRows = ['loading', 'published', 'blocked', 'failed', 'superseded'];

/**
 * Keeps a file out, and with it contents before it that may have its lines: a job tells contents of a path apart by their
 * length, so that it may have read this one for another.
 */
export async function excludeFile(ports: DecisionPorts, file: RegisteredFile, reason: string): Promise<void> {
  await keepOut(ports, file, reason);
  for (let after = file; after.replaces !== undefined && after.replaces !== after.file; ) {
    const before = await ports.files.get(file.dataset, after.replaces);
    if (before === undefined || !isConfusable(before, file)) return;
    await keepOut(ports, before, `It may have the lines of the content in its place, which is out: ${reason}`);
    after = before;
  }
}

const isConfusable = ({ bronzeAt, length, status }: RegisteredFile, newest: RegisteredFile): boolean =>
  length === newest.length &&
  statusesWithRows.includes(status) &&
  (bronzeAt === undefined || Date.parse(bronzeAt) >= Date.parse(newest.lastModified));

/**
 * The text in the lake comes first: from then on no job reads the file. The row in the state table sees to it that a batch
 * removes what was loaded before.
 */
async function keepOut({ files, lake }: DecisionPorts, file: RegisteredFile, reason: string): Promise<void> {
  await lake.commitControl(exclusionPath(file), formatDecision({ ...file, reason }));
  await lake.removeControl(acceptancePath(file));
  await files.exclude(file, reason);
}

/** Takes an exclusion back. The file waits for a batch again if it is still the newest content of its path. */
export async function includeFile({ files, lake }: DecisionPorts, file: RegisteredFile): Promise<void> {
  await lake.removeControl(exclusionPath(file));
  await files.requeue(file);
}

/** Loads a file that was set aside, in spite of its share of broken lines. */
export async function acceptFile({ files, lake }: DecisionPorts, file: RegisteredFile, reason: string): Promise<void> {
  await lake.commitControl(acceptancePath(file), formatDecision({ ...file, reason }));
  await files.requeue(file);
}
