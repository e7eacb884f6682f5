import type { z } from 'zod';
import type { Row } from './table.ts';

/** A column holds 32,768 characters, so a long record takes several: `record`, `record1`, `record2` ... */
const pieceLength = 30_000;

const toName = (piece: number) => (piece === 0 ? 'record' : `record${piece}`);

/** A record as JSON, in as many columns as it takes. Only ASCII travels, so no letter is cut in two. */
export function toRecordColumns(record: unknown): Record<string, string> {
  const text = JSON.stringify(record).replaceAll(/[\u007f-\uffff]/g, escapeLetter);
  const columns: Record<string, string> = {};
  for (let piece = 0; piece * pieceLength < text.length; piece++)
    columns[toName(piece)] = text.slice(piece * pieceLength, (piece + 1) * pieceLength);
  return columns;
}

const escapeLetter = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Reads rows that hold all they say as JSON. */
export const createRecordReader =
  <Schema extends z.ZodType>(schema: Schema) =>
  (row: Row): z.output<Schema> => {
    let text = '';
    for (let piece = 0; row[toName(piece)] !== undefined; piece++) text += String(row[toName(piece)]);
    return schema.parse(JSON.parse(text));
  };
