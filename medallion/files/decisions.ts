import type { RegisteredFile } from './file.ts';

type DecidedFile = Pick<RegisteredFile, 'dataset' | 'file'>;

export const exclusionFolder = (dataset: string): string => `exclusions/${dataset}`;

/** While this text is in the control container, bronze loads nothing of the file and removes its rows. */
export const exclusionPath = ({ dataset, file }: DecidedFile): string => `${exclusionFolder(dataset)}/${file}.json`;

/** While this text is in the control container, bronze loads the file whatever share of its lines is broken. */
export const acceptancePath = ({ dataset, file }: DecidedFile): string => `acceptances/${dataset}/${file}.json`;

export const formatDecision = ({ file, path, reason }: Pick<RegisteredFile, 'file' | 'path' | 'reason'>): string =>
  JSON.stringify({ file, path, reason });

/** What bronze says of a file that it set aside because too many of its lines are broken. */
export const mostlyBrokenRule = 'file_is_mostly_broken';
