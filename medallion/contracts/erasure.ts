import type { ColumnContract, RecordType, TableContract } from './contract.ts';
import type { Erasure } from './erasure-options.ts';

type Declared = Pick<TableContract | RecordType, 'columns' | 'erasure'>;

/** Personal columns without a declaration, and names that are no column. */
export function findErasureErrors({ columns, erasure }: Declared): string[] {
  const personal = columns.filter(({ classification }) => classification === 'personal').map(({ name }) => name);
  if (erasure === undefined) {
    if (personal.length === 0) return [];
    return [
      `erasure: what becomes of a deleted person is not declared. Say subject and action, because personal columns were found: '${personal.join("', '")}'`,
    ];
  }
  const { action, links = [], subject } = erasure;
  const blanked = columns.filter((column) => column.subject === subject);
  return [
    ...[subject, ...links]
      .filter((name) => !hasColumn(columns, name))
      .map((name) => `erasure: not a column; found '${name}'`),
    ...(action === 'blank' && blanked.length === 0
      ? [`erasure: no column would be blanked. Give the columns to blank the subject '${subject}'`]
      : []),
  ];
}

const hasColumn = (columns: readonly ColumnContract[], name: string) => columns.some((column) => column.name === name);

const endings = {
  delete: 'the row is deleted',
  blank: 'what tells of the person is emptied',
  pseudonymise: 'a pseudonym takes the place of the id',
  keep: 'the row stays as it is',
} as const;

/** The declaration as a sentence for readers. */
export const describeErasure = ({ action, links, reason, subject }: Erasure): string =>
  `When the person of a \`${subject}\` is deleted, ${endings[action]}.${
    links ? ` Further ids of the person are in ${links.map((name) => `\`${name}\``).join(', ')}.` : ''
  }${reason ? ` ${reason}` : ''}`;
