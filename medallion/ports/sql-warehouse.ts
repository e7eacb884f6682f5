export type QueryResult =
  | { readonly kind: 'rows'; readonly rows: Record<string, unknown>[] }
  | { readonly kind: 'rejected'; readonly reason: string };

export interface SqlWarehouse {
  /**
   * Runs a statement. A statement that is wrong is rejected; a warehouse that does not answer throws. Values that came
   * from outside go into `values`, as `:name` in the statement, and never into its text.
   */
  query(statement: string, values?: Readonly<Record<string, string | number>>): Promise<QueryResult>;
}
