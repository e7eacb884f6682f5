import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

export const root = path.join(import.meta.dirname, '../..');

type Scope = Record<string, unknown>;
type Read = (file: string) => string;

/** The pipeline as Azure DevOps sees it when a run begins: templates put in, compile-time expressions worked out. */
export function expandedPipeline(given: Scope = {}, read: Read = readRepository): Record<string, unknown> {
  const file = parse(read('azure-pipelines.yml')) as Scope & { parameters: { name: string; default: unknown }[] };
  const defaults = Object.fromEntries(file.parameters.map((each) => [each.name, each.default]));
  const { parameters: _, ...rest } = file;
  return expand(rest, { parameters: { ...defaults, ...given } }, read, '.') as Record<string, unknown>;
}

export const readRepository: Read = (file) => readFileSync(path.join(root, file), 'utf8');

function expand(value: unknown, scope: Scope, read: Read, folder: string): unknown {
  if (typeof value === 'string') return interpolated(value, scope);
  if (Array.isArray(value)) return value.flatMap((each) => expandEntry(each, scope, read, folder));
  if (typeof value !== 'object' || value === null) return value;
  const result: Scope = {};
  let isDecided = false;
  for (const [key, each] of Object.entries(value)) {
    const condition = findCondition(key);
    if (condition === undefined) result[key] = expand(each, scope, read, folder);
    else {
      const blocks: boolean = condition === 'else' ? !isDecided : isTrue(condition, scope);
      isDecided = blocks;
      if (blocks) Object.assign(result, expand(each, scope, read, folder));
    }
  }
  return result;
}

/** An entry of a list can stand for many: a loop, a condition, a template. */
function expandEntry(entry: unknown, scope: Scope, read: Read, folder: string): unknown[] {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return [expand(entry, scope, read, folder)];
  const [[key = '', body] = []] = Object.entries(entry);
  const loop = /^\$\{\{ each (\w+) in ([\w.]+) \}\}$/.exec(key);
  if (loop) {
    const over = lookUp(loop[2] ?? '', scope) as unknown[];
    return over.flatMap((each) => expand(body, { ...scope, [loop[1] ?? '']: each }, read, folder) as unknown[]);
  }
  const condition = findCondition(key);
  if (condition !== undefined) return isTrue(condition, scope) ? (expand(body, scope, read, folder) as unknown[]) : [];
  if (key !== 'template') return [expand(entry, scope, read, folder)];
  const file = path.join(folder, String(body));
  const { parameters: declared = [], ...content } = parse(read(file)) as Scope & {
    parameters?: { name: string; default?: unknown }[];
  };
  const given = (expand((entry as Scope)['parameters'] ?? {}, scope, read, folder) ?? {}) as Scope;
  const names = declared.map(({ name }) => name);
  const defaults = Object.fromEntries(
    declared.flatMap((each) => ('default' in each ? [[each.name, each.default]] : [])),
  );
  const missing = names.filter((name) => !(name in given) && !(name in defaults));
  const strange = Object.keys(given).filter((name) => !names.includes(name));
  if (missing.length + strange.length > 0)
    throw new Error(`'${file}' lacks '${missing}', or does not know '${strange}'.`);
  const [list] = Object.values(
    expand(content, { parameters: { ...defaults, ...given } }, read, path.dirname(file)) as Scope,
  );
  return list as unknown[];
}

function findCondition(key: string): string | undefined {
  if (/^\$\{\{ else \}\}$/.test(key)) return 'else';
  return /^\$\{\{ if (.*) \}\}$/.exec(key)?.[1];
}

/** `eq`, `ne`, `and` and `or`, of names, numbers and quoted texts. */
function isTrue(condition: string, scope: Scope): boolean {
  const both = /^(and|or)\((\w+\([^()]*\)), (\w+\([^()]*\))\)$/.exec(condition);
  if (both) {
    const values = [both[2] ?? '', both[3] ?? ''].map((part) => isTrue(part, scope));
    return both[1] === 'and' ? values.every(Boolean) : values.some(Boolean);
  }
  const [, operator, name = '', value = ''] = /^(eq|ne)\(([\w.]+), ('[^']*'|\d+)\)$/.exec(condition) ?? [];
  const names = /^(eq|ne)\(([\w.]+), ([\w.]+)\)$/.exec(condition);
  if (operator === undefined && names === null)
    throw new Error(`'${condition}' is a condition that nobody works out here.`);
  if (operator === undefined)
    return (lookUp(names?.[2] ?? '', scope) === lookUp(names?.[3] ?? '', scope)) === (names?.[1] === 'eq');
  const wanted = value.startsWith("'") ? value.slice(1, -1) : Number(value);
  return (lookUp(name, scope) === wanted) === (operator === 'eq');
}

function interpolated(text: string, scope: Scope): unknown {
  const whole = /^\$\{\{ ([\w.]+) \}\}$/.exec(text);
  if (whole) return lookUp(whole[1] ?? '', scope);
  return text.replaceAll(/\$\{\{ ([\w.]+) \}\}/g, (_, name: string) => String(lookUp(name, scope)));
}

function lookUp(name: string, scope: Scope): unknown {
  const value = name.split('.').reduce<unknown>((here, key) => (here as Scope | undefined)?.[key], scope);
  if (value === undefined) throw new Error(`'${name}' is not a parameter.`);
  return value;
}
