/** Rules that many tables need. A contract names the template, and the parser writes the query. */
export const ruleTemplates = [
  /** No two rows have the same key. */
  'unique',
  /** Every row has a value in these `columns`. */
  'not_null',
  /** Every accepted line of the bronze table `from` is in this table; they meet by the key. */
  'no_loss_from',
  /** Lines are accepted. */
  'quarantined_lines',
  /** No file has more rows than lines. */
  'files_loaded_twice',
] as const;

export interface TemplateUse {
  readonly template: (typeof ruleTemplates)[number];
  readonly columns?: readonly string[] | undefined;
  readonly from?: string | undefined;
}

/** The query for the rows that break the rule. Tables stand in braces. */
export function createRuleQuery(use: TemplateUse, table: string, keys: readonly string[]): string {
  const key = keys.join(', ');
  switch (use.template) {
    case 'unique':
      return `SELECT ${key} FROM {${table}} GROUP BY ${key} HAVING count(*) > 1`;
    case 'not_null':
      return `SELECT ${key} FROM {${table}} WHERE ${(use.columns ?? []).map((name) => `${name} IS NULL`).join(' OR ')}`;
    case 'no_loss_from':
      return createLossQuery(use.from ?? '', table, keys);
    case 'quarantined_lines':
      return `SELECT _file, _line_number FROM {${table}} WHERE _violation_count > 0`;
    case 'files_loaded_twice':
      return `SELECT _file FROM {${table}} GROUP BY _file HAVING count(*) > max(_line_number)`;
  }
}

function createLossQuery(from: string, table: string, keys: readonly string[]): string {
  const isSame = keys.map((key) => `kept.${key} = line.${key}`).join(' AND ');
  const kept = `SELECT 1 FROM {${table}} AS kept WHERE ${isSame}`;
  return `SELECT ${keys.join(', ')} FROM {${from}} AS line WHERE _violation_count = 0 AND NOT EXISTS (${kept})`;
}
