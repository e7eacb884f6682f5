import { JsonText } from './format.ts';
import type { Result } from './query.ts';

type Ask = (statement: string) => Promise<Result>;

interface Column {
  readonly name: string;
  readonly type: string;
}

const query = /^[\s(]*(SELECT|WITH|VALUES|FROM|TABLE)\b/i;

/**
 * Asks for the rows of a query with all that they hold. The driver cuts times off behind the millisecond and rounds
 * numbers inside of lists and structs, so such columns come as texts, by their types. Other statements are run as they are.
 */
export async function askExactly(ask: Ask, written: string): Promise<Result> {
  const statement = written.trim().replace(/;\s*$/, '');
  const columns = query.test(statement) ? await findColumns(ask, statement) : [];
  if (!columns.some(({ type }) => isTime(type) || isNested(type))) return ask(statement);
  const names = columns.map((_, at) => `c${at}`);
  const selected = columns.map((column, at) => `${toExpression(`c${at}`, column)} AS ${quoteName(column.name)}`);
  const { rows } = await ask(`SELECT ${selected.join(', ')} FROM (${statement}\n) AS q(${names.join(', ')})`);
  return {
    columns: columns.map(({ name }) => name),
    rows: rows.map((row) => Object.fromEntries(columns.map((column) => [column.name, toValue(row, column)]))),
  };
}

/** None if the statement cannot be described: run by itself, its own error says why. */
async function findColumns(ask: Ask, statement: string): Promise<Column[]> {
  try {
    const { rows } = await ask(`DESCRIBE QUERY ${statement}`);
    return rows.map((row) => ({ name: String(row['col_name']), type: String(row['data_type']) }));
  } catch {
    return [];
  }
}

const isNested = (type: string) => /^(array|struct|map)</.test(type);
const isTime = (type: string) => type === 'date' || type.startsWith('timestamp');
const quoteName = (name: string) => `\`${name.replaceAll('`', '``')}\``;

const pattern = "yyyy-MM-dd\\'T\\'HH:mm:ss.SSSSSS";

function toExpression(name: string, { type }: Column): string {
  if (type === 'date') return `CAST(${name} AS STRING)`;
  if (isTime(type)) return `date_format(${name}, '${pattern}')`;
  if (!isNested(type)) return name;
  return `to_json(${name}, map('timestampFormat', '${pattern}\\'Z\\'', 'ignoreNullFields', 'false'))`;
}

function toValue(row: Result['rows'][number], { name, type }: Column): unknown {
  const value = row[name];
  if (typeof value !== 'string') return value;
  if (isNested(type)) return new JsonText(value);
  // Six decimals are as many as there can be; those that are zero say nothing.
  if (type.startsWith('timestamp'))
    return `${value.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')}${type === 'timestamp' ? 'Z' : ''}`;
  return value;
}
