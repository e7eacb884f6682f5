/** One difference between contracts and catalog, and the statement that ends it. */
export interface Change {
  /** A schema, table or view. */
  readonly on: string;
  /** What is done, for a person. */
  readonly what: string;
  readonly statement: string;
  /** True if rows or columns would be lost. */
  readonly isDestructive: boolean;
  /** Changes of a later phase need those of an earlier one. */
  readonly phase: Phase;
}
export type Phase = 'schemas' | 'tables' | 'views' | 'access';
export const phases: readonly Phase[] = ['schemas', 'tables', 'views', 'access'];
