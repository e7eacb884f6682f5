import { createError } from '../storage-error.ts';
import { type Call, requireContainer, requireEntry } from './call.ts';

/** The hours that a blob takes from the archive in the service are over at once. */
export const setBlobTier: Call = {
  name: 'SetBlobTier',
  endpoint: 'blob',
  async execute(request, context) {
    requireContainer(request, context, 'blob');
    const { isDirectory, tier } = requireEntry(request, context, 'blob');
    if (isDirectory) throw createError('PathConflict', request.address.path);
    const wanted = request.headers['x-ms-access-tier'];
    if (wanted !== 'Archive' && wanted !== 'Hot') throw createError('InvalidHeaderValue', 'x-ms-access-tier');
    if (wanted === tier) return { status: 200, headers: {} };
    if (wanted === 'Archive') context.disk.archive(request.address);
    else context.disk.bringBack(request.address);
    return { status: wanted === 'Hot' ? 202 : 200, headers: {} };
  },
};
