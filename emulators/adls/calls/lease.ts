import { refuse } from '../storage-error.ts';
import { type Asked, type Call, requireContainer, requireEntry, stamps, type World } from './call.ts';

export const leaseBlob: Call = {
  name: 'LeaseBlob',
  half: 'blob',
  async perform(asked, world) {
    requireContainer(asked, world, 'blob');
    const entry = requireEntry(asked, world, 'blob');
    const { status, headers } = act(asked, world);
    return { status, headers: { ...stamps(entry), ...headers } };
  },
};

function act(asked: Asked, { leases }: World): { status: number; headers: Record<string, string> } {
  const { address } = asked;
  const one = (name: string) => asked.headers[name] as string | undefined;
  const [id = '', proposed] = [one('x-ms-lease-id'), one('x-ms-proposed-lease-id')];
  switch (one('x-ms-lease-action')) {
    case 'acquire': {
      const given = leases.acquire(address, Number(one('x-ms-lease-duration')), proposed);
      return { status: 201, headers: { 'x-ms-lease-id': given } };
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
      const period = one('x-ms-lease-break-period');
      const rest = leases.break(address, period === undefined ? undefined : Number(period));
      return { status: 202, headers: { 'x-ms-lease-time': String(rest) } };
    }
    default:
      throw refuse('InvalidHeaderValue', 'x-ms-lease-action');
  }
}
