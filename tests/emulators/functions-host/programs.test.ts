import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expected, steps } from './program.ts';
import { HostUnderTest } from './test-host.ts';

const completion = { service: 'functions-host', call: 'completion' } as const;
const invocation = { service: 'functions-host', call: 'invocation' } as const;
const killWorker = { do: 'kill', process: 'worker', when: 'after' } as const;

describe('random orchestrations', () => {
  it.each([
    ['without faults', 40, []],
    [
      'with lost and doubled completions and a process that dies',
      20,
      [
        ...[3, 11, 19, 40].map((nth) => ({ at: { ...completion, nth }, do: 'drop' as const })),
        ...[5, 14, 33].map((nth) => ({ at: { ...completion, nth }, do: 'duplicate' as const })),
        ...[60, 200].map((nth) => ({ at: { ...invocation, nth }, ...killWorker })),
      ],
    ],
  ])('answer what was to be expected, %s', async (_, count, faults) => {
    const programs = fc.sample(steps, { numRuns: count, seed: 20261124 });
    const host = await HostUnderTest.started({ faults: { faults } });

    await Promise.all(programs.map((each, index) => host.begin('program', `program-${index}`, { steps: each })));

    for (const [index, each] of programs.entries()) {
      const { output } = await host.ended(`program-${index}`);
      expect(output, JSON.stringify(each)).toEqual(each.map(expected));
    }
    await host.end();
  });
});
