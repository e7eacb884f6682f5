/** One page of a list. */
export interface Page<Row> {
  readonly rows: Row[];
  /** Where to go on; missing on the last page. */
  readonly next?: string;
}
