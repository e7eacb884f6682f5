import { z } from 'zod';
import { AuditEntry } from '../../../medallion/audit/audit-entry.ts';
import {
  acceptFile as accept,
  excludeFile as exclude,
  includeFile as include,
  rejectUnlessExcluded,
  rejectUnlessIncluded,
  rejectUnlessMostlyBroken,
} from '../../../operations/intake/decide-file.ts';
import { ReasonBody, recordAuditEntry } from '../audit.ts';
import { findFile } from '../find-resource.ts';
import { Problem, toProblem } from '../problem.ts';
import { route } from '../route.ts';

const FileParams = z.strictObject({ id: z.string().min(1).max(128) });

export const excludeFile = route({
  name: 'excludeFile',
  path: 'api/files/{id}/exclude',
  role: 'operator',
  summary: 'Keeps a file out, whatever its status. The next batch removes its rows, and no release is made with them.',
  params: FileParams,
  body: ReasonBody,
  status: 202,
  answer: AuditEntry,
  problems: ['not_found', 'conflict'],
  handle: async (context, { body: { reason }, caller, params }) => {
    const file = await findFile(context.ports, params.id);
    if (file instanceof Problem) return file;
    const rejected = rejectUnlessIncluded(context.ports, file);
    if (rejected) return toProblem(rejected);
    const entry = await recordAuditEntry(context, caller, { action: 'exclude', target: file.file, reason });
    await exclude(context.ports, file, `Excluded by '${caller.actor}': ${reason}`);
    await context.engine.wake();
    return entry;
  },
});

export const includeFile = route({
  name: 'includeFile',
  path: 'api/files/{id}/include',
  role: 'operator',
  summary: 'Takes back that a file was excluded. It is loaded with the next batch if its path has no newer content.',
  params: FileParams,
  body: ReasonBody,
  status: 202,
  answer: AuditEntry,
  problems: ['not_found', 'conflict'],
  handle: async (context, { body: { reason }, caller, params }) => {
    const file = await findFile(context.ports, params.id);
    if (file instanceof Problem) return file;
    const rejected = rejectUnlessExcluded(file);
    if (rejected) return toProblem(rejected);
    const entry = await recordAuditEntry(context, caller, { action: 'include', target: file.file, reason });
    await include(context.ports, file);
    await context.engine.wake();
    return entry;
  },
});

export const acceptFile = route({
  name: 'acceptFile',
  path: 'api/files/{id}/accept',
  role: 'operator',
  summary:
    'Loads a file that was set aside because too many of its lines are broken. Its broken lines stay quarantined.',
  params: FileParams,
  body: ReasonBody,
  status: 202,
  answer: AuditEntry,
  problems: ['not_found', 'conflict'],
  handle: async (context, { body: { reason }, caller, params }) => {
    const file = await findFile(context.ports, params.id);
    if (file instanceof Problem) return file;
    const rejected = rejectUnlessMostlyBroken(file);
    if (rejected) return toProblem(rejected);
    const entry = await recordAuditEntry(context, caller, { action: 'accept', target: file.file, reason });
    await accept(context.ports, file, `Accepted by '${caller.actor}': ${reason}`);
    await context.engine.wake();
    return entry;
  },
});
