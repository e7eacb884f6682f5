import * as z from 'zod';

const services = ['functions-host', 'adls', 'databricks', 'table-storage'] as const;
export type Service = (typeof services)[number];

const at = z
  .strictObject({
    service: z.enum(services),
    call: z.string(),
    nth: z.int().min(1).exactOptional(),
    share: z.number().min(0).max(1).exactOptional(),
    above: z.int().min(0).exactOptional(),
    match: z.string().min(1).exactOptional(),
    from: z.number().min(0).exactOptional(),
    to: z.number().min(0).exactOptional(),
  })
  .refine((place) => [place.nth, place.share, place.above].filter((value) => value !== undefined).length <= 1, {
    error: "Name only one of 'nth', 'share' and 'above'.",
  })
  .refine(({ above, nth, share, to }) => [above, nth, share, to].some((value) => value !== undefined), {
    error: "Name one of 'nth', 'share' and 'above', or the second 'to' which it lasts.",
  });

const when = z.enum(['before', 'after']).exactOptional();

const fault = z
  .discriminatedUnion('do', [
    z.strictObject({
      at,
      do: z.literal('fail'),
      status: z.int().min(400).max(599),
      body: z.record(z.string(), z.unknown()).exactOptional(),
      headers: z.record(z.string(), z.string()).exactOptional(),
      when,
    }),
    z.strictObject({ at, do: z.literal('delay'), milliseconds: z.int().min(0), when }),
    z.strictObject({ at, do: z.literal('disconnect'), when }),
    z.strictObject({ at, do: z.literal('kill'), process: z.enum(['worker', 'host']).exactOptional(), when }),
    z.strictObject({ at, do: z.literal('drop') }),
    z.strictObject({ at, do: z.literal('duplicate') }),
    z.strictObject({ at, do: z.literal('reorder') }),
    z.strictObject({ at, do: z.literal('shift'), milliseconds: z.int() }),
    z.strictObject({ at, do: z.literal('pend'), milliseconds: z.int().min(0) }),
  ])
  .superRefine((value, context) => {
    const problem = findProblem(value);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

/**
 * One thing that goes wrong on purpose: at which occurrence of which call, what happens, and on which side of the call's
 * effect; unless said otherwise, before it. `kill` ends the emulator (`host`) unless it names the `worker`.
 */
export type Fault = z.infer<typeof fault>;
export type When = 'before' | 'after';

const faults = z.strictObject({
  seed: z.int().exactOptional(),
  startedAt: z.int().exactOptional(),
  faults: z.array(fault),
});

/**
 * All faults of a run. The seed decides which occurrences a share hits, so that every run has the same ones. The seconds of
 * `from` and `to` count from `startedAt`, in milliseconds of the epoch, so that a process that is started again keeps them.
 */
export type Faults = z.infer<typeof faults>;

/** What holds for a process that is started again. A fault at the n-th call that kills would kill each successor too. */
export function removeCounted({ faults: all, ...rest }: Faults): Faults {
  return { ...rest, faults: all.filter(({ at: { nth } }) => nth === undefined) };
}

/** Reads faults from JSON; throws an error that says where the grammar is broken, and how. */
export function parseFaults(value: unknown): Faults {
  const result = faults.safeParse(value);
  if (result.success) return result.data;
  throw new Error(z.prettifyError(result.error));
}

interface Point {
  /** The calls that it stands for. */
  readonly calls: RegExp;
  readonly example: string;
  readonly effects: readonly Fault['do'][];
  /** Whether a fault can come before or after its effect. */
  readonly hasSides: boolean;
}

const onRequest: Pick<Point, 'effects' | 'hasSides'> = {
  effects: ['fail', 'delay', 'disconnect', 'kill'],
  hasSides: true,
};

const points: Readonly<Record<Service, readonly Point[]>> = {
  'functions-host': [
    { calls: /^notification$/, example: 'notification', effects: ['drop', 'duplicate', 'delay'], hasSides: false },
    { calls: /^completion$/, example: 'completion', effects: ['drop', 'duplicate'], hasSides: false },
    { calls: /^invocation$/, example: 'invocation', effects: ['kill'], hasSides: true },
    { calls: /^write$/, example: 'write', effects: ['kill'], hasSides: true },
    { calls: /^start$/, example: 'start', effects: ['shift'], hasSides: false },
  ],
  adls: [
    { calls: /^event$/, example: 'event', effects: ['drop', 'duplicate', 'delay', 'reorder'], hasSides: false },
    { calls: /^CopyBlob$/, example: 'CopyBlob', effects: [...onRequest.effects, 'pend'], hasSides: true },
    { calls: /^([A-Z][A-Za-z]+|\*)$/, example: 'GetBlob', ...onRequest },
  ],
  'table-storage': [{ calls: /^([A-Z][A-Za-z]+|\*)$/, example: 'QueryEntities', ...onRequest }],
  databricks: [
    { calls: /^statement$/, example: 'statement', effects: ['fail', 'delay'], hasSides: false },
    {
      calls: /^GET \/api\/2\.2\/jobs\/list$/,
      example: 'GET /api/2.2/jobs/list',
      effects: [...onRequest.effects, 'duplicate'],
      hasSides: true,
    },
    { calls: /^((GET|POST) \/\S*|\*)$/, example: 'POST /api/2.2/jobs/run-now', ...onRequest },
  ],
};

/** What the grammar cannot say by itself: not everything can happen everywhere. */
function findProblem(value: Fault): string | undefined {
  const { call, service } = value.at;
  const point = points[service].find(({ calls }) => calls.test(call));
  if (point === undefined) {
    const examples = points[service].map(({ example }) => `'${example}'`).join(', ');
    return `'${service}' has no call '${call}'. Its calls are such as ${examples}.`;
  }
  if (!point.effects.includes(value.do))
    return `'${value.do}' is not possible at '${call}' of '${service}'. Possible are ${point.effects.join(', ')}.`;
  if (!point.hasSides && 'when' in value) return `'when' means nothing at '${call}' of '${service}'. Leave it out.`;
  if (value.do === 'kill' && value.process === 'worker' && service !== 'functions-host')
    return `'${service}' has no worker. Kill the 'host', or leave 'process' out.`;
  return undefined;
}
