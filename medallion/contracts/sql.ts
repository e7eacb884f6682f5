/** What readers see of gold is a masked view; its rows lie in a schema of their own. */
export const toPhysicalName = (table: string): string => table.replace(/^gold\./, 'gold_published.');

/**
 * A text as SQL. Backslashes begin escapes in Spark's literals. Spark puts values of the environment and of settings in
 * place of `${…}`, in literals too.
 */
export const quoteLiteral = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('${', '$\\{')}'`;

const plainName = /^[a-z_][a-z0-9_]*$/;

/** The name of a schema, a column, or a table behind its schema, as somebody else chose it: it may hold any letter. */
export function quoteName(name: string): string {
  const [first = '', ...rest] = name.split('.');
  const parts = rest.length > 0 ? [first, rest.join('.')] : [first];
  return parts.map(quotePart).join('.');
}

/** One part of a name; a dot in it is a letter. */
export const quotePart = (part: string): string => (plainName.test(part) ? part : `\`${part.replaceAll('`', '``')}\``);

/** Names come from contracts, and are checked all the same before they go into a statement. */
export function requireIdentifier(name: string): string {
  if (!/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/.test(name))
    throw new Error(`'${name}' is no name of a table or column.`);
  return name;
}

/** Types that hold every value of another one: a column may become one of these, and no reader notices. */
const wideningTypes: Readonly<Record<string, readonly string[]>> = {
  tinyint: ['smallint', 'int', 'bigint'],
  smallint: ['int', 'bigint'],
  int: ['bigint'],
  float: ['double'],
};

export const isWideningOrSame = (before: string, after: string): boolean =>
  before === after || (wideningTypes[before] ?? []).includes(after);
