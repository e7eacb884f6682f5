/** So many failures are named; all are counted. */
const maxNamed = 20;

export interface Failure {
  /** The path of a file, or what else could not be done. */
  readonly subject: string;
  readonly reason: string;
}

/** Work of which each part is done, whatever becomes of the others. */
export class Attempts {
  readonly failures: Failure[] = [];
  failed = 0;

  async make(subject: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.failed++;
      if (this.failures.length < maxNamed) this.failures.push({ subject, reason: (error as Error).message });
    }
  }
}
