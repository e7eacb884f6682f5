/**
 * Matches a blob path against a trigger's path and answers the values of its expressions. An expression takes part of
 * one segment; the last one takes the rest, slashes included, when the pattern ends with it.
 */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const names: string[] = [];
  const source = pattern
    .split(/(\{[^}]+\})/)
    .filter((part) => part !== '')
    .map((part, index, parts) => {
      if (!part.startsWith('{')) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      names.push(part.slice(1, -1));
      return index === parts.length - 1 || isLast(parts, index) ? '(.+)' : '([^/]+)';
    })
    .join('');
  const match = new RegExp(`^${source}$`).exec(path);
  if (!match) return undefined;
  return Object.fromEntries(names.map((name, index) => [name, match[index + 1] ?? '']));
}

function isLast(parts: readonly string[], index: number): boolean {
  return !parts.slice(index + 1).some((part) => part.startsWith('{'));
}
