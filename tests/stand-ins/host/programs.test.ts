import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HostUnderTest } from './a-host.ts';

type Leaf =
  | { readonly kind: 'echo'; readonly milliseconds: number; readonly value: number }
  | { readonly kind: 'retry'; readonly key: string; readonly failures: number; readonly value: number };

type Step =
  | Leaf
  | { readonly kind: 'timer'; readonly milliseconds: number }
  | { readonly kind: 'caught'; readonly key: string }
  | { readonly kind: 'any'; readonly milliseconds: number; readonly value: number }
  | { readonly kind: 'all'; readonly steps: readonly (Leaf | Child)[] }
  | Child;

interface Child {
  readonly kind: 'child';
  readonly steps: readonly Step[];
}

const milliseconds = fc.nat({ max: 15 });
const value = fc.nat({ max: 99 });
const key = fc.uuid();

const { steps } = fc.letrec<{ leaf: Leaf; child: Child; step: Step; steps: Step[] }>((tie) => ({
  leaf: fc.oneof(
    fc.record({ kind: fc.constant('echo' as const), milliseconds, value }),
    fc.record({ kind: fc.constant('retry' as const), key, failures: fc.nat({ max: 3 }), value }),
  ),
  child: fc.record({
    kind: fc.constant('child' as const),
    steps: fc.array(tie('step'), { maxLength: 3 }),
  }),
  step: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.record({ kind: fc.constant('timer' as const), milliseconds }),
    fc.record({ kind: fc.constant('caught' as const), key }),
    fc.record({ kind: fc.constant('any' as const), milliseconds, value }),
    fc.record({
      kind: fc.constant('all' as const),
      steps: fc.array(fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('child')), { minLength: 1, maxLength: 4 }),
    }),
    tie('child'),
  ),
  steps: fc.array(tie('step'), { minLength: 1, maxLength: 6 }),
}));

function expected(step: Step): unknown {
  switch (step.kind) {
    case 'echo':
    case 'retry':
    case 'any':
      return { value: step.value };
    case 'all':
    case 'child':
      return step.steps.map(expected);
    default:
      return step.kind;
  }
}

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
