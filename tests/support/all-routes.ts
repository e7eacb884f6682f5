import type { Route } from '../../functions/http/route.ts';
import { routesOf } from '../../functions/http/routes/index.ts';

export const allRoutes = (): readonly Route[] =>
  routesOf({ access: 'entra', environment: 'local', refused: () => ({}) });
