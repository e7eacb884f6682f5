/** What goes wrong during a campaign, each line by itself. Seconds count from the start of the stack. */
import type { Fault, Faults } from '../../emulators/shared/faults.ts';

const busy = { do: 'fail', status: 503, headers: { 'retry-after': '1' } } as const;
const limited = { do: 'fail', status: 429, headers: { 'retry-after': '1' } } as const;
const broken = { do: 'fail', status: 500 } as const;
const lost = { do: 'disconnect' } as const;
const lostAfter = { do: 'disconnect', when: 'after' } as const;
const slow = { do: 'delay', milliseconds: 2000 } as const;
const killed = { do: 'kill', process: 'worker' } as const;

/** By so much the clock of a process may be ahead or behind. */
export const clockShift = 30_000;

type At = Omit<Fault['at'], 'service'>;
type Effect = Record<string, unknown> & { readonly do: Fault['do'] };

const toFault =
  (service: Fault['at']['service']) =>
  (at: At, effect: Effect): Fault =>
    ({ at: { service, ...at }, ...effect }) as Fault;
const lake = toFault('adls');
const table = toFault('table-storage');
const workspace = toFault('databricks');
const host = toFault('functions-host');

const refuse = (status: number, code: string) => ({
  do: 'fail' as const,
  status,
  body: { error_code: code, message: 'Not now.' },
});
const jobs = '/api/2.2/jobs';
const poll = `GET ${jobs}/runs/get`;

/** Faults of single calls, in shares of all calls of their kind. */
const ofCalls: readonly Fault[] = [
  lake({ call: 'event', share: 0.2 }, { do: 'drop' }),
  lake({ call: 'event', share: 0.3 }, { do: 'duplicate' }),
  lake({ call: 'event', share: 0.2 }, { do: 'reorder' }),
  lake({ call: 'event', share: 0.1 }, { do: 'delay', milliseconds: 8000 }),
  lake({ call: 'CopyBlob', share: 0.7 }, { do: 'pend', milliseconds: 4000 }),
  lake({ call: 'GetBlobProperties', share: 0.05 }, busy),
  lake({ call: 'GetBlobProperties', share: 0.03 }, { do: 'delay', milliseconds: 6000 }),
  lake({ call: 'GetBlobProperties', match: 'gym_logins/s0/', share: 0.3 }, { do: 'fail', status: 403 }),
  lake({ call: 'ListPaths', share: 0.1 }, broken),
  lake({ call: 'ListPaths', match: 'continuation=', share: 0.5 }, lost),
  lake({ call: '*', share: 0.02 }, broken),
  lake({ call: '*', share: 0.01 }, lostAfter),
  table({ call: '*', share: 0.02 }, slow),
  table({ call: '*', share: 0.03 }, busy),
  table({ call: '*', share: 0.02 }, lost),
  table({ call: 'EntityGroupTransaction', share: 0.03 }, lostAfter),
  table({ call: 'InsertEntity', share: 0.03 }, lostAfter),
  table({ call: 'UpdateEntity', share: 0.03 }, lostAfter),
  table({ call: 'MergeEntity', share: 0.03 }, lostAfter),
  workspace({ call: `POST ${jobs}/run-now`, share: 0.2 }, lostAfter),
  workspace({ call: `GET ${jobs}/list`, share: 0.3 }, { do: 'duplicate' }),
  workspace({ call: poll, share: 0.05 }, limited),
  workspace({ call: poll, share: 0.02 }, refuse(401, 'UNAUTHENTICATED')),
  workspace({ call: poll, share: 0.02 }, refuse(403, 'PERMISSION_DENIED')),
  workspace({ call: poll, share: 0.02 }, refuse(404, 'ENDPOINT_NOT_FOUND')),
  workspace({ call: 'statement', share: 0.01 }, { do: 'fail', status: 400 }),
  workspace({ call: 'statement', share: 0.02 }, { do: 'delay', milliseconds: 15_000 }),
  workspace({ call: '*', share: 0.01 }, lost),
  host({ call: 'notification', share: 0.1 }, { do: 'drop' }),
  host({ call: 'notification', share: 0.1 }, { do: 'duplicate' }),
  host({ call: 'completion', share: 0.05 }, { do: 'drop' }),
  host({ call: 'completion', share: 0.1 }, { do: 'duplicate' }),
  host({ call: 'invocation', share: 0.0005 }, { ...killed, when: 'after' }),
  host({ call: 'write', share: 0.001 }, killed),
  host({ call: 'write', share: 0.001 }, { ...killed, when: 'after' }),
  host({ call: 'start', share: 0.4 }, { do: 'shift', milliseconds: clockShift }),
  host({ call: 'start', share: 0.4 }, { do: 'shift', milliseconds: -clockShift }),
];

interface Outage {
  readonly at: Fault['at']['service'];
  /** Of the whole time, where it begins. */
  readonly share: number;
  readonly seconds: number;
}

const outages: readonly Outage[] = [
  { at: 'table-storage', share: 0.2, seconds: 15 },
  { at: 'databricks', share: 0.35, seconds: 40 },
  { at: 'adls', share: 0.6, seconds: 15 },
  { at: 'databricks', share: 0.8, seconds: 20 },
];

/** The faults between two seconds, and none after that. */
export function createFaults(seed: number, { from, to }: { readonly from: number; readonly to: number }): Faults {
  const away = outages.map(({ at, seconds, share }) => {
    const start = from + Math.round((to - from) * share);
    return toFault(at)({ call: '*', from: start, to: Math.min(start + seconds, to) }, { do: 'fail', status: 503 });
  });
  const limitedFaults = ofCalls.map((fault): Fault => ({ ...fault, at: { ...fault.at, from, to } }));
  return { seed, faults: [...limitedFaults, ...away] };
}
