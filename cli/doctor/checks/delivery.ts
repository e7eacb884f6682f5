import { getIdentity } from '../../deployment/lookups.ts';
import { findConnection } from '../../deployment/steps/delivery.ts';
import { type Check, getKey } from '../check.ts';

export const deliveryChecks: readonly Check[] = [
  {
    group: 'delivery',
    name: 'rights of the connections',
    why: 'a plan is made before anybody approves, so it may change nothing',
    look: async (context) => {
      const { delivery } = context.deployment;
      if (delivery?.kind !== 'azure-devops') return [];
      const problems = [];
      for (const role of ['pipeline', 'plan'] as const) {
        const connection = await findConnection(context, delivery, role);
        const { clientId } = await getIdentity(context, role);
        const other = connection?.authorization.parameters.serviceprincipalid;
        if (!connection || other === clientId) continue;
        problems.push({
          what: `the connection '${connection.name}' signs in as '${other}', and not as 'id-${role}-${context.suffix}'`,
          cure: `delete the connection '${connection.name}', then: npm run deploy -- --env ${context.environment.name} --only delivery`,
        });
      }
      return problems;
    },
  },
  {
    group: 'delivery',
    name: 'approval',
    why: 'nobody would look at the plan before people read what it brings',
    look: async (context) => {
      const { delivery, verify } = context.deployment;
      if (!delivery || verify === 'integration' || delivery.approvers.length > 0) return [];
      return [{ what: 'nobody approves a deployment', cure: getKey(context, 'deployment.delivery.approvers') }];
    },
  },
];
