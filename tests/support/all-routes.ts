import type { Route } from '../../functions/http/route.ts';
import { createRoutes } from '../../functions/http/routes/index.ts';

export const allRoutes = (): readonly Route[] =>
  createRoutes({ access: 'entra', environment: 'local', refused: () => ({}) });
