import type { Route } from '../../functions/http/route.ts';
import { createRoutes } from '../../functions/http/routes/index.ts';

/** The whole API, as it is in Azure. */
export const listRoutes = (): readonly Route[] =>
  createRoutes({ access: { kind: 'entra', tenant: 'a-tenant' }, environment: 'local', getRejections: () => ({}) });
