import { missing, ok, type Routes } from './routes.ts';
import { createId, listThings, type State, type Thing } from './state.ts';

const place = '/api/2.0/accounts/acc';
const configurations = `${place}/network-connectivity-configs`;
const rules = `${configurations}/(?<id>[\\w-]+)/private-endpoint-rules`;

export const createAccountRoutes = (state: State): Routes => ({
  ...createGroupRoutes(state),
  ...createConnectivityRoutes(state),
  [`GET ${place}/workspaces/(?<number>\\d+)/metastore`]: ({ number }) => {
    const metastore = state.account.get('metastore');
    const assignment = { workspace_id: Number(number), metastore_id: metastore };
    return metastore ? ok({ metastore_assignment: assignment }) : missing('METASTORE_DOES_NOT_EXIST');
  },
  [`GET ${place}/workspaces/(?<number>\\d+)`]: () => ok(state.account.get('workspace') ?? {}),
  [`PATCH ${place}/workspaces/(?<number>\\d+)`]: (_, { body }) => {
    state.account.set('workspace', body);
    return ok();
  },
});

const createGroupRoutes = (state: State): Routes => ({
  [`GET ${place}/scim/v2/Groups`]: () => ok({ Resources: listThings(state.account, 'group ') }),
  [`POST ${place}/scim/v2/Groups`]: (_, { body }) => {
    const group = { id: createId(state, 'group'), members: [], ...body };
    state.account.set(`group ${group.id}`, group);
    return ok(group, 201);
  },
  [`PATCH ${place}/scim/v2/Groups/(?<id>[\\w-]+)`]: ({ id }, { body }) => {
    const group = state.account.get(`group ${id}`);
    for (const { value } of (body as Thing).Operations) group.members.push(...value.members);
    return ok(group);
  },
  [`DELETE ${place}/scim/v2/Groups/(?<id>[\\w-]+)`]: ({ id }) => {
    state.account.delete(`group ${id}`);
    return ok({}, 204);
  },
  [`GET ${place}/scim/v2/ServicePrincipals`]: () => ok({ Resources: listThings(state.account, 'principal ') }),
  [`POST ${place}/scim/v2/ServicePrincipals`]: (_, { body }) => {
    const principal = { id: createId(state, 'member'), ...body };
    state.account.set(`principal ${principal.id}`, principal);
    return ok(principal, 201);
  },
});

/** Rules are made in the background: CREATING, PENDING until somebody approves, ESTABLISHED. */
const createConnectivityRoutes = (state: State): Routes => ({
  [`GET ${configurations}`]: () => ok({ items: listThings(state.account, 'configuration ') }),
  [`POST ${configurations}`]: (_, { body }) => {
    const configuration = { network_connectivity_config_id: createId(state, 'ncc'), ...(body as { name: string }) };
    state.account.set(`configuration ${configuration.network_connectivity_config_id}`, configuration);
    return ok(configuration);
  },
  [`DELETE ${configurations}/(?<id>[\\w-]+)`]: ({ id }) => {
    state.account.delete(`configuration ${id}`);
    return ok();
  },
  [`GET ${rules}`]: () => {
    const items = listThings(state.account, 'rule ');
    const seen = structuredClone(items);
    for (const rule of items) if (rule.connection_state === 'CREATING') askForApproval(state, rule);
    return ok({ items: seen });
  },
  [`POST ${rules}`]: (_, { body }) => {
    const rule = { rule_id: createId(state, 'rule'), connection_state: 'CREATING', ...body };
    state.account.set(`rule ${rule.rule_id}`, rule);
    return ok(rule);
  },
  [`DELETE ${rules}/(?<rule>[\\w-]+)`]: ({ rule }) => {
    state.account.delete(`rule ${rule}`);
    return ok();
  },
});

function askForApproval(state: State, rule: Thing): void {
  rule.connection_state = 'PENDING';
  rule.connection = createId(state, 'connection');
  const id = `${rule.resource_id}/privateEndpointConnections/${rule.connection}`;
  const properties = { privateLinkServiceConnectionState: { status: 'Pending' } };
  state.azure.set(`connection ${rule.resource_id.split('/').at(-1)} ${rule.connection} rg`, { id, properties });
}
