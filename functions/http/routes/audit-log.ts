import { z } from 'zod';
import { AuditEntry } from '../../../medallion/audit/audit-entry.ts';
import { Paging, route } from '../route.ts';

export const auditLog = route({
  name: 'auditLog',
  path: 'api/audit-log',
  role: 'reader',
  summary: 'Who decided what, when and why; newest first.',
  query: z.strictObject({ ...Paging, target: z.string().min(1).max(128).optional() }),
  answer: z.object({ entries: z.array(AuditEntry), next: z.string().optional() }),
  handle: async ({ ports }, { query: { after, limit, target } }) => {
    const { next, rows } = await ports.auditLog.list({ target }, limit, after);
    return { entries: rows, ...(next ? { next } : {}) };
  },
});
