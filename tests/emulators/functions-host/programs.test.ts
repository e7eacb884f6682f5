import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { getExpected, steps } from './program.ts';
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
    const host = await HostUnderTest.startNew({ faults: { faults } });

    await Promise.all(
      programs.map((program, index) => host.startInstance('program', `program-${index}`, { steps: program })),
    );

    for (const [index, program] of programs.entries()) {
      const { output } = await host.waitUntilEnded(`program-${index}`);
      expect(output, JSON.stringify(program)).toEqual(program.map(getExpected));
    }
    await host.end();
  });
});
