import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { getMeanWords, listSentences } from './sentences.ts';
import { root, sources } from './sources.ts';

const maxMeanWords = 20;
const maxWords = 35;

/** Pages that are written for readers. Two pages are generated, and their words stand in contracts and commands. */
const generated = ['docs/cli.md', 'docs/dictionary.md'];
const pages = sources(/^((README|ARCHITECTURE|CONTRIBUTING)\.md|docs\/.*\.md)$/).filter(
  (file) => !generated.includes(file),
);

describe('a page', () => {
  it('is there', () => {
    expect(pages.length).toBeGreaterThan(10);
  });

  it.for(pages)('%s has short sentences, and none that goes on from a code block', (file) => {
    const sentences = listSentences(readFileSync(path.join(root, file), 'utf8'));
    const mean = getMeanWords(sentences);
    const long = sentences.filter(({ words }) => words > maxWords).map(({ text, words }) => `${words} words: ${text}`);
    const continued = sentences.filter(({ beginsInCode }) => beginsInCode).map(({ text }) => `begins in code: ${text}`);
    const isTooLong = mean >= maxMeanWords;
    const means = isTooLong ? [`The mean sentence has ${mean.toFixed(1)} words; it may have ${maxMeanWords}.`] : [];
    expect([...means, ...long, ...continued], file).toEqual([]);
  });
});

const listTexts = (markdown: string) => listSentences(markdown).map(({ text }) => text);
const countWords = (markdown: string) => listSentences(markdown).map(({ words }) => words);

describe('the count of words', () => {
  it('takes a paragraph apart at the ends of its sentences', () => {
    expect(listTexts('One file\nlands. It is read! Is it?\n\nA new paragraph')).toEqual([
      'One file lands.',
      'It is read!',
      'Is it?',
      'A new paragraph',
    ]);
  });

  it('does not end a sentence at a number, a file name or a small letter', () => {
    expect(countWords('Node 24.1 reads `a.b c` and main.ts, e.g. in a test.')).toEqual([10]);
  });

  it('takes each list item as a sentence of its own', () => {
    expect(listTexts('Rules:\n* The first item\n  goes on here\n* The second\n1. A number')).toEqual([
      'Rules:',
      'The first item goes on here',
      'The second',
      'A number',
    ]);
  });

  it('leaves out headings, tables, code blocks and pictures', () => {
    const markdown =
      '# Title\n\n| a | b |\n| --- | --- |\n\n```sh\nnpm start\n```\n\n![A picture](a.png)\n\nThree words here.';
    expect(listTexts(markdown)).toEqual(['Three words here.']);
  });

  it('counts code in a line as one word, and of a link its text alone', () => {
    expect(countWords('Run `npm run generate -- --check` as [the guide](docs/a.md#b c) says.')).toEqual([6]);
  });

  it('takes a bold label for a heading', () => {
    expect(listTexts('**Price.** A view more.')).toEqual(['A view more.']);
  });

  it('finds a sentence that begins in a code block', () => {
    const continued = (markdown: string) => listSentences(markdown).map(({ beginsInCode }) => beginsInCode);
    expect(continued('```sh\nnpm test\n```\n\nruns all tests. It is slow.')).toEqual([true, false]);
    expect(continued('```sh\nnpm test\n```\n\nThis runs all tests.')).toEqual([false]);
    expect(continued('```sh\nnpm test\n```\n\nThis runs.\n\nsmall letters elsewhere')).toEqual([false, false]);
  });

  it('finds the mean of all sentences', () => {
    expect(getMeanWords(listSentences('Two words. Four words are here.'))).toBe(3);
    expect(getMeanWords([])).toBe(0);
  });
});
