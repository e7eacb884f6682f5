import type { Answer, Request } from '../../../../cli/deployment/ports.ts';

type Handle = (match: Readonly<Record<string, string>>, request: Request) => Answer | Promise<Answer>;
export type Routes = Readonly<Record<string, Handle>>;

export const ok = (body: unknown = {}, status = 200): Answer => ({ status, body });
export const missing = (code = 'NotFound'): Answer => ({ status: 404, body: { error: { code } } });
