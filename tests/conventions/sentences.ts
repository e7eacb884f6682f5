/** A sentence of a page, as people read it. */
export interface Sentence {
  readonly text: string;
  readonly words: number;
  /** True if it goes on from a code block above it. */
  readonly beginsInCode: boolean;
}

interface Block {
  readonly text: string;
  readonly followsCode: boolean;
}

/** The sentences of a Markdown page. Headings, tables, code blocks and pictures are no sentences; list items are. */
export function listSentences(markdown: string): Sentence[] {
  return listBlocks(markdown).flatMap(({ followsCode, text }) =>
    splitSentences(toPlainText(text)).map((sentence, index) => ({
      text: sentence,
      words: countWords(sentence),
      beginsInCode: followsCode && index === 0 && /^[a-z,;.:)]/.test(sentence),
    })),
  );
}

export function getMeanWords(sentences: readonly Sentence[]): number {
  const words = sentences.reduce((sum, sentence) => sum + sentence.words, 0);
  return sentences.length === 0 ? 0 : words / sentences.length;
}

const fence = /^\s*(```|~~~)/;
const listItem = /^\s*([*+-]|\d+[.)])\s+/;
const skipped = /^\s*(\||#{1,6}\s|<!--|\[[^\]]+\]:\s)/;

/** Paragraphs and list items, each in one line. */
function listBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let followsCode = false;
  let isCode = false;
  const endBlock = () => {
    if (lines.length === 0) return;
    blocks.push({ text: lines.join(' '), followsCode });
    lines = [];
    followsCode = false;
  };
  for (const line of markdown.split('\n')) {
    const isFence = fence.test(line);
    if (isFence || isCode) {
      endBlock();
      if (isFence) isCode = !isCode;
      followsCode = true;
    } else if (skipped.test(line)) {
      endBlock();
      followsCode = false;
    } else if (line.trim() === '') endBlock();
    else {
      if (listItem.test(line)) endBlock();
      lines.push(
        line
          .replace(listItem, '')
          .replace(/^\s*>\s?/, '')
          .trim(),
      );
    }
  }
  endBlock();
  return blocks;
}

/** Code in a line is one word, a link is its text. A bold label at the beginning is a heading. */
const toPlainText = (block: string): string =>
  block
    .replace(/^\*\*[^*]+[.:]\*\*\s*/, '')
    .replaceAll(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replaceAll(/`[^`]+`/g, (code) => `\`${code.slice(1, -1).replaceAll(/[\s.!?]+/g, '_')}\``)
    .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replaceAll(/\*+/g, '')
    .trim();

const splitSentences = (text: string): string[] =>
  text.split(/(?<=[.!?]["')]*)\s+(?=["'(`[]*[A-Z0-9`])/).filter((sentence) => countWords(sentence) > 0);

const countWords = (text: string): number => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
