import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HostUnderTest } from './a-host.ts';
import { expected, steps } from './a-program.ts';

describe('random orchestrations', () => {
  it.each([
    ['without faults', 40, []],
    [
      'with lost and doubled completions and a process that dies',
      20,
      [
        ...[3, 11, 19, 40].map((nth) => ({ kind: 'dropCompletion' as const, nth })),
        ...[5, 14, 33].map((nth) => ({ kind: 'duplicateCompletion' as const, nth })),
        ...[60, 200].map((nth) => ({ kind: 'killWorker' as const, nth })),
      ],
    ],
  ])('answer what was to be expected, %s', async (_, count, faults) => {
    const programs = fc.sample(steps, { numRuns: count, seed: 20261124 });
    const host = await HostUnderTest.started({ faults });

    await Promise.all(programs.map((each, index) => host.begin('program', `program-${index}`, { steps: each })));

    for (const [index, each] of programs.entries()) {
      const { output } = await host.ended(`program-${index}`);
      expect(output, JSON.stringify(each)).toEqual(each.map(expected));
    }
    await host.end();
  });
});
