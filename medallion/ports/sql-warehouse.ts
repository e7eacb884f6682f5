export type QueryResult =
  | { readonly kind: 'rows'; readonly rows: Record<string, unknown>[] }
  | {
      readonly kind: 'rejected';
      readonly reason: string;
      /** It took too long, and would again. */
      readonly isTimeout?: true;
    };

export interface SqlWarehouse {
  /**
   * Runs a statement. A statement that is wrong is rejected; a warehouse that does not answer throws. Values that came
   * from outside go into `values`, as `:name` in the statement, and never into its text. `maxSeconds` is for one that may
   * take less time than others.
   */
  query(
    statement: string,
    values?: Readonly<Record<string, string | number>>,
    maxSeconds?: number,
  ): Promise<QueryResult>;
}
