import { createError } from '../storage-error.ts';
import {
  type Call,
  type CallContext,
  type CallRequest,
  requireContainer,
  requireEntry,
  toVersionHeaders,
} from './call.ts';

export const leaseBlob: Call = {
  name: 'LeaseBlob',
  endpoint: 'blob',
  async execute(request, context) {
    requireContainer(request, context, 'blob');
    const entry = requireEntry(request, context, 'blob');
    const { status, headers } = changeLease(request, context);
    return { status, headers: { ...toVersionHeaders(entry), ...headers } };
  },
};

function changeLease(
  request: CallRequest,
  { leases }: CallContext,
): { status: number; headers: Record<string, string> } {
  const { address } = request;
  const getHeader = (name: string) => request.headers[name] as string | undefined;
  const id = getHeader('x-ms-lease-id') ?? '';
  const proposed = getHeader('x-ms-proposed-lease-id');
  switch (getHeader('x-ms-lease-action')) {
    case 'acquire': {
      const leaseId = leases.acquire(address, Number(getHeader('x-ms-lease-duration')), proposed);
      return { status: 201, headers: { 'x-ms-lease-id': leaseId } };
    }
    case 'renew':
      leases.renew(address, id);
      return { status: 200, headers: { 'x-ms-lease-id': id } };
    case 'change':
      leases.change(address, id, proposed ?? '');
      return { status: 200, headers: { 'x-ms-lease-id': proposed ?? '' } };
    case 'release':
      leases.release(address, id);
      return { status: 200, headers: {} };
    case 'break': {
      const period = getHeader('x-ms-lease-break-period');
      const rest = leases.break(address, period === undefined ? undefined : Number(period));
      return { status: 202, headers: { 'x-ms-lease-time': String(rest) } };
    }
    default:
      throw createError('InvalidHeaderValue', 'x-ms-lease-action');
  }
}
