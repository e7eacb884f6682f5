import { type Check, constraint } from './constraints.ts';

/** A route template that was taken apart once, at start. */
export interface Route {
  readonly template: string;
  /** Compared segment by segment: the smaller one is tried first. */
  readonly weight: string;
  match(path: string): Readonly<Record<string, string>> | undefined;
}

interface Parameter {
  readonly name: string;
  readonly checks: readonly Check[];
}

const parameter = /\{(\*{0,2})([A-Za-z_][\w-]*)((?::[A-Za-z]+(?:\((?:[^()]|\([^()]*\))*\))?)*)(\?)?\}/g;

export function parseRoute(template: string): Route {
  const parameters: Parameter[] = [];
  const segments = template.split(/\/(?![^{]*\})/).filter((segment) => segment !== '');
  const parsed = segments.map((segment) => parseSegment(segment, template, parameters));
  const pattern = new RegExp(`^${parsed.map(({ pattern: each }) => each).join('')}/?$`, 'i');
  return {
    template,
    weight: parsed.map(({ weight }) => weight).join(''),
    match(path) {
      const found = pattern.exec(path);
      if (!found) return undefined;
      const values = parameters.map(({ name, checks }, index) => ({ name, checks, value: found[index + 1] }));
      const given = values.filter(({ value }) => value !== undefined && value !== '');
      if (!given.every(({ checks, value }) => checks.every((check) => check(value ?? '')))) return undefined;
      return Object.fromEntries(given.map(({ name, value }) => [name, value ?? '']));
    },
  };
}

function parseSegment(segment: string, template: string, parameters: Parameter[]) {
  const found = [...segment.matchAll(parameter)];
  const rest = segment.replace(parameter, '');
  if (/[{}]/.test(rest))
    throw new Error(
      `Route '${template}' cannot be read at '${segment}'; write parameters as {name}, {name:int}, {name?} or {*rest}.`,
    );
  if (found.length === 0) return { pattern: `/${escaped(segment)}`, weight: '1' };
  const isWhole = found.length === 1 && rest === '';
  const [, stars = '', , constraints = '', optional] = found[0] ?? [];
  let at = 0;
  let pattern = '';
  for (const each of found) {
    parameters.push(parameterOf(each, template));
    pattern += escaped(segment.slice(at, each.index)) + (each[1] ? '(.*)' : '([^/]+)');
    at = each.index + each[0].length;
  }
  pattern += escaped(segment.slice(at));
  const weight = `${(stars ? 4 : isWhole ? 3 : 2) + (constraints ? 0 : 2)}`;
  return { pattern: isWhole && (optional || stars) ? `(?:/${pattern})?` : `/${pattern}`, weight };
}

function parameterOf([, , name = '', constraints = '']: RegExpExecArray, template: string): Parameter {
  const texts = constraints.match(/:[A-Za-z]+(?:\((?:[^()]|\([^()]*\))*\))?/g) ?? [];
  return { name, checks: texts.map((text) => constraint(text.slice(1), template)) };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
