import type { Route } from '../../functions/api/route.ts';
import { routesOf } from '../../functions/routes.ts';

export const allRoutes = (): readonly Route[] =>
  routesOf({ access: 'entra', environment: 'local', refused: () => ({}) });
