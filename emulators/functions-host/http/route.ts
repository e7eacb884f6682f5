import { type Check, parseConstraint } from './constraints.ts';

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
  const pattern = new RegExp(`^${parsed.map(({ pattern: segmentPattern }) => segmentPattern).join('')}/?$`, 'i');
  return {
    template,
    weight: parsed.map(({ weight }) => weight).join(''),
    match(path) {
      const match = pattern.exec(path);
      if (!match) return undefined;
      const values = parameters.map(({ name, checks }, index) => ({ name, checks, value: match[index + 1] }));
      const present = values.filter(({ value }) => value !== undefined && value !== '');
      if (!present.every(({ checks, value }) => checks.every((check) => check(value ?? '')))) return undefined;
      return Object.fromEntries(present.map(({ name, value }) => [name, value ?? '']));
    },
  };
}

function parseSegment(segment: string, template: string, parameters: Parameter[]) {
  const matches = [...segment.matchAll(parameter)];
  const rest = segment.replace(parameter, '');
  if (/[{}]/.test(rest))
    throw new Error(
      `Route '${template}' cannot be read at '${segment}'; write parameters as {name}, {name:int}, {name?} or {*rest}.`,
    );
  if (matches.length === 0) return { pattern: `/${escapeText(segment)}`, weight: '1' };
  const isWhole = matches.length === 1 && rest === '';
  const [, stars = '', , constraints = '', optional] = matches[0] ?? [];
  let at = 0;
  let pattern = '';
  for (const parameterMatch of matches) {
    parameters.push(toParameter(parameterMatch, template));
    pattern += escapeText(segment.slice(at, parameterMatch.index)) + (parameterMatch[1] ? '(.*)' : '([^/]+)');
    at = parameterMatch.index + parameterMatch[0].length;
  }
  pattern += escapeText(segment.slice(at));
  const weight = `${(stars ? 4 : isWhole ? 3 : 2) + (constraints ? 0 : 2)}`;
  return { pattern: isWhole && (optional || stars) ? `(?:/${pattern})?` : `/${pattern}`, weight };
}

function toParameter([, , name = '', constraints = '']: RegExpExecArray, template: string): Parameter {
  const texts = constraints.match(/:[A-Za-z]+(?:\((?:[^()]|\([^()]*\))*\))?/g) ?? [];
  return { name, checks: texts.map((text) => parseConstraint(text.slice(1), template)) };
}

function escapeText(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
