import { TableError } from './limits.ts';

type Row = Record<string, unknown>;

/** The service takes no more comparisons in one filter. */
const maxComparisons = 15;

/** A test for rows, from the part of OData that clients of a key-value store use: comparisons joined by `and`. */
export function parseFilter(filter: string): (row: Row) => boolean {
  if (filter === '') return () => true;
  const conditions = splitConditions(filter).map(parseCondition);
  if (conditions.length > maxComparisons)
    throw new TableError(400, 'InvalidInput', `A filter has ${conditions.length} comparisons.`);
  return (row) => conditions.every((condition) => condition(row));
}

/** A filter as the service uses it: keys lead to the first row, and it looks at rows until they leave the range. */
export interface KeyRange {
  readonly first: { readonly partitionKey: string; readonly rowKey: string };
  readonly isInside: (row: Row) => boolean;
}

export function parseKeyRange(filter: string): KeyRange {
  const conditions = splitConditions(filter).filter((condition) => /^(PartitionKey|RowKey) /.test(condition));
  const getFirst = (name: string) => {
    const pattern = new RegExp(`^${name} (?:eq|ge|gt) '(.*)'$`);
    const [text = ''] = conditions.flatMap((condition) => pattern.exec(condition)?.slice(1) ?? []);
    return text.replaceAll("''", "'");
  };
  const first = { partitionKey: getFirst('PartitionKey'), rowKey: getFirst('RowKey') };
  return { first, isInside: parseFilter(conditions.join(' and ')) };
}

/** An `and` inside a text joins nothing. */
function splitConditions(filter: string): string[] {
  const texts = filter.match(/'(?:[^']|'')*'|\sand\s|[^'\s]+|\s+/g) ?? [];
  const conditions = [''];
  for (const text of texts) {
    if (/^\sand\s$/.test(text)) conditions.push('');
    else conditions[conditions.length - 1] += text;
  }
  return conditions.map((condition) => condition.trim());
}

const comparisons: Readonly<Record<string, (a: string | number, b: string | number) => boolean>> = {
  eq: (a, b) => a === b,
  ge: (a, b) => a >= b,
  gt: (a, b) => a > b,
  le: (a, b) => a <= b,
  lt: (a, b) => a < b,
};

const keyNames: Readonly<Record<string, string>> = { PartitionKey: 'partitionKey', RowKey: 'rowKey' };

function parseCondition(condition: string): (row: Row) => boolean {
  const [, name = '', operator = '', literal = ''] = /^(\w+) (\w+) ('(?:[^']|'')*'|-?\d+)$/.exec(condition) ?? [];
  const compare = comparisons[operator];
  if (!compare)
    throw new TableError(400, 'InvalidInput', `The filter '${condition}' is not one that this table knows.`);
  const expected = literal.startsWith("'") ? literal.slice(1, -1).replaceAll("''", "'") : Number(literal);
  return (row) => {
    const value = row[keyNames[name] ?? name];
    // A row without the column meets no condition on it.
    return typeof value === typeof expected && compare(value as string | number, expected);
  };
}
