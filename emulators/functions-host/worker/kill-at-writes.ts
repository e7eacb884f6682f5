import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import type { ClientRequest } from 'node:http';
import { FaultPlan, getSide, killProcess } from '../../shared/fault-plan.ts';
import type { Fault, Faults, When } from '../../shared/faults.ts';

const standardOutput = 1;

/**
 * Kills this process at writes of the app: requests that change something, to storage or to the host. Before, no byte of the
 * request was sent; after, the answer was there, and nobody has read it.
 */
export function killAtWrites(faults: Faults): void {
  if (faults.faults.length === 0) return;
  // Nothing that is not written at once would be written at all.
  const plan = new FaultPlan('functions-host', faults, (line) => void writeSync(standardOutput, `${line}\n`));
  const due = new WeakMap<ClientRequest, readonly Fault[]>();
  subscribe('http.client.request.created', (message) => {
    const { request } = message as { request: ClientRequest };
    if (['GET', 'HEAD'].includes(request.method) || request.protocol !== 'http:') return;
    const planned = plan.next('write', `${request.method} ${request.path}`);
    due.set(request, planned);
    kill(planned, 'before');
  });
  subscribe('http.client.response.finish', (message) => {
    const { request } = message as { request: ClientRequest };
    kill(due.get(request) ?? [], 'after');
  });
}

function kill(planned: readonly Fault[], side: When): void {
  if (planned.some((fault) => getSide(fault) === side)) killProcess();
}
