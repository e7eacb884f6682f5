import type { TableRule } from '../contracts/contract.ts';
import type { Verdict } from './verdict.ts';

const measured = /\(SELECT ((?:[^(){}]|\([^(){}]*\))+) FROM \{([a-z_]+\.[a-z_]+)@released\}\)/g;

/** A number of a table that a rule compares with what it was in the last release, such as how many rows there are. */
export interface Measure {
  readonly key: string;
  readonly query: string;
}

const toKey = (expression: string, table: string) => `${expression} FROM ${table}`;

/** The numbers that these rules look back at. They are kept with the verdict: the table itself does not stay as it was. */
export function listMeasures(rules: readonly Pick<TableRule, 'query'>[]): Measure[] {
  const measures = rules.flatMap(({ query }) =>
    [...query.matchAll(measured)].map(([, expression = '', table = '']): [string, Measure] => {
      const key = toKey(expression, table);
      return [key, { key, query: `SELECT ${expression} FROM {${table}}` }];
    }),
  );
  return [...new Map(measures).values()];
}

/** The query with the numbers of the last release. Without one, what is judged is compared with itself. */
export const fillMeasures = (query: string, released: NonNullable<Verdict['measures']> = {}): string =>
  query.replaceAll(measured, (_, expression: string, table: string) => {
    const value = released[toKey(expression, table)];
    return value === undefined ? `(SELECT ${expression} FROM {${table}})` : `(${value})`;
  });

/** Whether a query looks back at more than single numbers. */
export const looksBackAtRows = (query: string): boolean => query.replaceAll(measured, '').includes('@released}');
