import fc from 'fast-check';

type Leaf =
  | { readonly kind: 'echo'; readonly milliseconds: number; readonly value: number }
  | { readonly kind: 'retry'; readonly key: string; readonly failures: number; readonly value: number };

export type Step =
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

/** Random orchestrations for the fixture app's `program`: lists of steps whose answers are known beforehand. */
export const { steps } = fc.letrec<{ leaf: Leaf; child: Child; step: Step; steps: Step[] }>((tie) => ({
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

export function getExpected(step: Step): unknown {
  switch (step.kind) {
    case 'echo':
    case 'retry':
    case 'any':
      return { value: step.value };
    case 'all':
    case 'child':
      return step.steps.map(getExpected);
    default:
      return step.kind;
  }
}
