import { createPlanId, type PlanId } from '../../medallion/reprocessing/plan.ts';
import type { RequestContext } from './route.ts';

/** The name of the plan that a request makes: the same one if the request is sent again under its key. */
export const createPlanName = ({ identity }: Pick<RequestContext, 'identity'>): PlanId =>
  createPlanId(new Date(identity.at), identity.createId());
