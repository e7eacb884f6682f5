import { describe, it } from 'vitest';
import type { RunningStack } from '../../../bench/harness/running-stack.ts';
import { ReleaseHistory } from '../../support/release-history.ts';

const steps = 12;

/** On tables of their own, at the end: their publications count on in the record of the running stack. */
export function releaseCases(running: () => RunningStack, seeds: readonly number[]): void {
  describe('a history of releases, blocks, crashes and roll backs', () => {
    it.for(seeds)('shows what each release is made of, and what differs between two of them: %i', async (seed) => {
      const history = await ReleaseHistory.create(running(), seed);
      for (let step = 0; step < steps; step++) await history.step();
      await history.checkDiff();
    });
  });
}
