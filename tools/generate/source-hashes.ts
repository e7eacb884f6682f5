import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { z } from 'zod';
import { readEngineHash } from '../../cloud/project-files.ts';
import type { SourceHashes } from '../../medallion/contracts/definition.ts';

/** Whether the shared code still computes the same rows after an edit. Only who edited it can say. */
export type Results = 'same' | 'new';

/** The shared code is not the one whose hash is kept, and nobody has said what that means for the tables. */
export class SharedCodeMovedError extends Error {}

const Computed = z.object({ shared: z.string(), tables: z.record(z.string(), z.string()) });

const keptIn = 'spark/source-hashes.json';
const engineFolder = 'spark/src/medallion_engine';

/** Hashes the package of the engine, and that of a project for tables that have a module or a query of their own. */
export function computeHashes(
  engine: string,
  project: string,
  tables: readonly string[],
  python = process.env['MEDALLION_PYTHON'] ?? 'python3',
): z.infer<typeof Computed> {
  const script = path.join(import.meta.dirname, 'source_hashes.py');
  const { error, status, stderr, stdout } = spawnSync(python, [script, engine, project, ...tables], {
    encoding: 'utf8',
  });
  if (error) throw new Error(`Python '${python}' does not start. Set MEDALLION_PYTHON to one.`, { cause: error });
  if (status !== 0) throw new Error(`The sources in '${engine}' and '${project}' cannot be hashed. ${stderr.trim()}`);
  return Computed.parse(JSON.parse(stdout));
}

/** What `npm run generate` was called with: `--same-results`, `--new-results`, or neither. */
export function parseResults(flags: readonly string[]): Results | undefined {
  const isSame = flags.includes('--same-results');
  const isNew = flags.includes('--new-results');
  if (isSame && isNew)
    throw new SharedCodeMovedError('Results are either the same or new. Leave one of the flags out.');
  if (isSame) return 'same';
  return isNew ? 'new' : undefined;
}

/** The hashes of the code of the engine and of a project, with the engine number that holds now. */
export interface ProjectHashes extends SourceHashes {
  readonly shared: string;
}

/**
 * The hashes of the sources. A hash of shared code would make every table stale with every edit, so a number stands for
 * it. Throws a SharedCodeMovedError if that code has moved and nobody has said whether to raise the number.
 */
export async function hashSources(
  root: string,
  project: string,
  tables: readonly string[],
  results?: Results,
): Promise<ProjectHashes> {
  const kept = await readEngineHash(root);
  // Bronze is computed by shared code alone.
  const withModule = tables.filter((table) => !table.startsWith('bronze.'));
  const computed = computeHashes(path.join(root, engineFolder), path.join(root, project), withModule);
  if (computed.shared !== kept.shared && results === undefined)
    throw new SharedCodeMovedError(
      [
        `The code that all tables share has moved: '${keptIn}' has its hash as '${kept.shared}', now it is '${computed.shared}'.`,
        "See 'git diff -- spark/src', then say whether it computes other rows than before:",
        `  npm run generate -- --same-results   keeps engine number ${kept.engine}, and no table becomes stale`,
        `  npm run generate -- --new-results    raises it to ${kept.engine + 1}, and every table becomes stale`,
      ].join('\n'),
    );
  const engine = results === 'new' ? kept.engine + 1 : kept.engine;
  return { engine, ...computed };
}
