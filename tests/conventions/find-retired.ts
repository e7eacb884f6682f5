import { retiredFirstWords, retiredInNames, retiredInProse, retiredSegments } from './retired-words.ts';

/** The words of a name in camel, kebab or snake case, between spaces. */
export const toWords = (name: string): string => {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return ` ${words.filter((word) => word !== '').join(' ')} `;
};

const retiredNames = retiredInNames.map((name) => ({ name, words: toWords(name) }));
const firstWord = /^ (\S+) /;

/** The names that contain a retired word, with that word. */
export const findRetiredNames = (names: Iterable<string>): string[] =>
  [...new Set(names)].flatMap((name) => {
    const words = toWords(name);
    const parts = retiredNames.filter((retired) => words.includes(retired.words)).map((retired) => retired.name);
    const first = retiredFirstWords.filter((word) => firstWord.exec(words)?.[1] === word);
    return [...parts, ...first].map((retired) => `${name}: ${retired}`);
  });

/** Those of the names that are retired as a whole. */
export const findRetiredWholes = (names: Iterable<string>, retired: readonly string[]): string[] =>
  [...new Set(names)].filter((name) => retired.includes(name));

/** Addresses of the API with a retired segment. */
export const findRetiredPaths = (names: Iterable<string>): string[] =>
  [...new Set(names)].filter(
    (name) => name.includes('/') && name.split(/[/?]/).some((segment) => retiredSegments.includes(segment)),
  );

/** The retired words of a text, each with what stands around it. */
export const findRetiredPhrases = (text: string): string[] =>
  retiredInProse.flatMap((phrase) => {
    const matches = text.matchAll(new RegExp(`.{0,30}\\b${phrase.replaceAll(' ', '\\s+')}\\b.{0,30}`, 'gi'));
    return [...matches].map(([around]) => `${phrase}: …${around}…`);
  });
