import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The modules that a Python file takes from its own package, as paths. Other packages are pinned elsewhere. */
function importsIn(file: string): string[] {
  const text = readFileSync(file, 'utf8').replaceAll(/\(\s*([^)]*?)\s*\)/g, (_, inner: string) =>
    inner.replaceAll('\n', ' '),
  );
  return [...text.matchAll(/^from (\.+)([\w.]*) import (.+)$/gm)].flatMap(([, dots = '', module = '', names = '']) => {
    const above = Array.from({ length: dots.length - 1 }, () => '..');
    const folder = path.join(path.dirname(file), ...above, ...module.split('.').filter((part) => part !== ''));
    const submodules = names.split(',').map((name) => path.join(folder, `${name.trim().split(' ')[0]}.py`));
    return [`${folder}.py`, ...submodules].filter((each) => existsSync(each));
  });
}

/** A file and all that it is made of, but for what stands behind a closed door. */
function closureOf(start: string, closed: ReadonlySet<string>): Set<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (reached.has(file) || closed.has(file) || !existsSync(file)) continue;
    reached.add(file);
    open.push(...importsIn(file));
  }
  return reached;
}

/**
 * As JSON, for each table a hash of the sources that compute it: its own module with all that it needs, and what its layer shares. A
 * table does not become stale because its neighbour's module was edited.
 */
export function codeText(sources: string, tables: readonly string[]): string {
  const moduleOf = (table: string) => path.join(sources, `${table.replace('.', '/')}.py`);
  const modules = new Set(tables.map(moduleOf));
  const hashOf = (table: string) => {
    const layer = table.split('.')[0] ?? '';
    const shared = closureOf(path.join(sources, `jobs/${layer}.py`), modules);
    const files = [...new Set([...shared, ...closureOf(moduleOf(table), new Set())])].sort();
    const hash = createHash('sha256');
    for (const file of files) hash.update(`${path.relative(sources, file)}\n`).update(readFileSync(file));
    return hash.digest('hex').slice(0, 16);
  };
  const hashes = Object.fromEntries([...tables].sort().map((table) => [table, hashOf(table)]));
  return `${JSON.stringify(hashes, null, 2)}\n`;
}
