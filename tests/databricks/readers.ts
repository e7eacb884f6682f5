import { type BundleFile, jobsFor, jobsOf } from './bundle-files.ts';

/** A job that starts by itself fails where nobody looks. */
export const problemsOfNotices = (files: Record<string, BundleFile>): string[] =>
  Object.entries(jobsOf(files))
    .filter(([, { email_notifications: notices, schedule }]) => schedule && !notices?.on_failure?.length)
    .map(([key]) => `nobody hears of a failure of '${key}'`);

/** A job that runs as somebody else than the deployer needs a right on the folder of its wheel. */
export function problemsOfReaders(files: Record<string, BundleFile>, targets: readonly string[]): string[] {
  return targets.flatMap((target) => {
    const readers = Object.values(files).flatMap(({ permissions = [], targets: parts }) => [
      ...permissions,
      ...(parts?.[target]?.permissions ?? []),
    ]);
    const names = readers.filter(({ level }) => level === 'CAN_VIEW').map((reader) => Object.values(reader)[0]);
    const jobs = Object.values(jobsFor(files, target));
    const runAs = jobs.map((job) => job.run_as?.service_principal_name ?? '${' + 'var.jobs_group}');
    return [...new Set(runAs)]
      .filter((name) => !names.includes(name))
      .map((name) => `'${name}' cannot read its wheel in '${target}'`);
  });
}
