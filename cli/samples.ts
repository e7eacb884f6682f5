import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface SampleFile {
  /** Where it lands, below the landing zone. */
  readonly path: string;
  readonly content: Buffer;
}

/**
 * The files of `samples/<dataset>/` of a project, as they land; those that end in `.gz` land unpacked. The largest come
 * first: by the time they are closed, the others follow within one batch's quiet moment.
 */
export function readSamples(project: string): SampleFile[] {
  const folder = path.join(project, 'samples');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).flatMap((dataset) =>
    readdirSync(path.join(folder, dataset)).map((name) => readSample(folder, `${dataset}/${name}`)),
  );
  return files.sort((a, b) => b.content.length - a.content.length || (a.path < b.path ? -1 : 1));
}

function readSample(folder: string, file: string): SampleFile {
  const content = readFileSync(path.join(folder, file));
  return file.endsWith('.gz')
    ? { path: file.slice(0, -'.gz'.length), content: gunzipSync(content) }
    : { path: file, content };
}
