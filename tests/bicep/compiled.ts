import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  bicep,
  copyOfTemplates,
  type Resource,
  root,
  runBicep,
  type Snapshot,
  snapshot,
  templateSources,
} from './cli.ts';

export type { Resource };

export const environments = ['dev', 'test', 'prod'] as const;
export const templates = ['foundation', 'main', 'grants', 'settings', 'eventing'] as const;
export type EnvironmentName = (typeof environments)[number];

/** Everything that can be known of the templates without Azure. */
export interface Compiled {
  readonly snapshots: Record<EnvironmentName, Record<(typeof templates)[number], Snapshot>>;
  /** What the linter has to say of the templates; nothing, if all is well. */
  readonly lint: string;
  /** The texts of `bicep/`, by path. */
  readonly sources: Record<string, string>;
}

function filesIn(place: string): string[] {
  const at = path.join(root, place);
  if (!statSync(at).isDirectory()) return [place];
  return readdirSync(at, { recursive: true, encoding: 'utf8' })
    .map((each) => path.join(place, each))
    .filter((each) => statSync(path.join(root, each)).isFile())
    .sort();
}

/** Compiling takes seconds, so what came of the same texts and the same compiler is kept. */
export async function compiled(): Promise<Compiled> {
  const hash = createHash('sha256').update(bicep ?? '');
  const texts = templateSources.flatMap(filesIn).map((file) => [file, readFileSync(path.join(root, file), 'utf8')]);
  for (const part of texts.flat()) hash.update(part);
  for (const own of ['cli.ts', 'compiled.ts']) hash.update(readFileSync(path.join(import.meta.dirname, own)));
  const home = path.join(root, '.tools/bicep');
  const kept = path.join(home, `${hash.digest('hex').slice(0, 16)}.json`);
  if (!existsSync(kept)) {
    const folder = copyOfTemplates();
    const [lint, ...snapshots] = await Promise.all([
      lintOf(folder),
      ...environments.map((environment) => snapshotsOf(folder, environment)),
    ]);
    rmSync(folder, { recursive: true });
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { recursive: true });
    const byName = Object.fromEntries(environments.map((name, at) => [name, snapshots[at]]));
    writeFileSync(kept, JSON.stringify({ snapshots: byName, lint }));
  }
  const sources = Object.fromEntries(texts.filter(([file]) => file?.startsWith('bicep/')));
  return { ...(JSON.parse(readFileSync(kept, 'utf8')) as Omit<Compiled, 'sources'>), sources };
}

async function lintOf(folder: string): Promise<string> {
  const { code, stderr, stdout } = await runBicep(folder, 'lint', '--pattern', 'bicep/*.bicep');
  return `${code === 0 ? '' : `It ended with code ${code}. `}${stdout}${stderr}`.trim();
}

async function snapshotsOf(folder: string, environment: string) {
  const each = [];
  for (const template of templates) each.push([template, await snapshot(folder, template, environment)]);
  return Object.fromEntries(each) as Record<(typeof templates)[number], Snapshot>;
}

/** The resources of an environment, those of all its templates. */
export const resourcesOf = ({ snapshots }: Compiled, environment: EnvironmentName): Resource[] =>
  templates.flatMap((template) => snapshots[environment][template].resources);

/** Every resource of a type, with the environment that it belongs to. */
export function* ofType(compiled: Compiled, type: string): Iterable<Resource & { environment: EnvironmentName }> {
  for (const environment of environments)
    for (const resource of resourcesOf(compiled, environment))
      if (resource.type === type) yield { ...resource, environment };
}

/** The value at a path, or nothing. */
export const at = (value: unknown, place: string): unknown =>
  place.split('.').reduce<unknown>((here, key) => (here as Record<string, unknown> | undefined)?.[key], value);

/** Changes a resource that is there, so that a check can be seen to notice. */
export function change(compiled: Compiled, environment: EnvironmentName, name: string, place: string, value: unknown) {
  const keys = place.split('.');
  const last = keys.pop() ?? '';
  const parents = resourcesOf(compiled, environment)
    .filter((each) => each.name === name)
    .map((resource) => (keys.length ? at(resource, keys.join('.')) : resource))
    .filter((parent) => typeof parent === 'object' && parent !== null);
  if (parents.length === 0) throw new Error(`'${name}' in '${environment}' has no '${place}' to change.`);
  for (const parent of parents) (parent as Record<string, unknown>)[last] = value;
}

/** Takes a resource away. */
export function remove(compiled: Compiled, environment: EnvironmentName, isMeant: (resource: Resource) => boolean) {
  let removed = 0;
  for (const { resources } of Object.values(compiled.snapshots[environment])) {
    const before = resources.length;
    resources.splice(0, before, ...resources.filter((each) => !isMeant(each)));
    removed += before - resources.length;
  }
  if (removed === 0) throw new Error(`There is nothing in '${environment}' to remove.`);
}

/** A check of the security checklist, and the violations that it has to notice. */
export interface Item {
  readonly item: number;
  readonly says: string;
  /** Names what does not keep to it. */
  readonly offenders: (compiled: Compiled) => string[];
  readonly plants: Record<string, (compiled: Compiled) => void>;
}

/** Everything in which a resource is not as it has to be. */
export function deviations(
  { environment, name, ...resource }: Resource & { environment: string },
  wanted: Record<string, unknown>,
): string[] {
  return Object.entries(wanted)
    .filter(([place, value]) => JSON.stringify(at(resource, place)) !== JSON.stringify(value))
    .map(([place]) => `${environment}: '${name}' has ${place} ${JSON.stringify(at(resource, place))}`);
}
