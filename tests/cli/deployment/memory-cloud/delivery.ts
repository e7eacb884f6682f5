import { missing, ok, type Routes } from './routes.ts';
import { createId, listThings, type State, type Thing } from './state.ts';

const project = '/[^/]+(?:/[^/]+)?/_apis';

/** Azure DevOps and GitHub. */
export const createDeliveryRoutes = (state: State): Routes => ({
  [`GET ${project}/serviceendpoint/endpoints`]: () => ok({ value: listThings(state.delivery, 'connection ') }),
  [`POST ${project}/serviceendpoint/endpoints`]: (_, { body }) => {
    const { authorization, name } = body as Thing;
    const id = createId(state, 'connection');
    const parameters = {
      ...authorization.parameters,
      workloadIdentityFederationIssuer: 'https://login.microsoftonline.com/tenant/v2.0',
      workloadIdentityFederationSubject: `/eid1/c/pub/t/x/sc/${id}`,
    };
    const connection = { id, name, authorization: { ...authorization, parameters } };
    state.delivery.set(`connection ${id}`, connection);
    return ok(connection);
  },
  [`DELETE ${project}/serviceendpoint/endpoints/(?<id>[\\w-]+)`]: ({ id }) => {
    state.delivery.delete(`connection ${id}`);
    return ok();
  },
  [`GET ${project}/distributedtask/environments`]: () => ok({ value: listThings(state.delivery, 'environment ') }),
  [`POST ${project}/distributedtask/environments`]: (_, { body }) => {
    state.next += 1;
    const environment = { id: state.next, name: (body as Thing).name };
    state.delivery.set(`environment ${environment.id}`, environment);
    return ok(environment);
  },
  [`DELETE ${project}/distributedtask/environments/(?<id>\\d+)`]: ({ id }) => {
    state.delivery.delete(`environment ${id}`);
    return ok();
  },
  [`GET ${project}/pipelines/checks/configurations`]: (_, { path }) => {
    const id = new URLSearchParams(path.split('?')[1]).get('resourceId');
    return ok({ value: listThings(state.delivery, 'check ').filter(({ resource }) => resource.id === id) });
  },
  [`POST ${project}/pipelines/checks/configurations`]: (_, { body }) => {
    state.delivery.set(`check ${createId(state, 'check')}`, body);
    return ok(body);
  },
  'GET /repos/[^/]+/[^/]+/environments/(?<name>[\\w-]+)': ({ name }) => {
    const environment = state.delivery.get(`github ${name}`);
    return environment ? ok(environment) : missing();
  },
  'PUT /repos/[^/]+/[^/]+/environments/(?<name>[\\w-]+)': ({ name }, { body }) => {
    state.delivery.set(`github ${name}`, { name, ...body });
    return ok();
  },
  'GET /repos/[^/]+/[^/]+/environments/(?<name>[\\w-]+)/variables/(?<variable>\\w+)': ({ name, variable }) => {
    const current = state.delivery.get(`variable ${name} ${variable}`);
    return current ? ok(current) : missing();
  },
  'POST /repos/[^/]+/[^/]+/environments/(?<name>[\\w-]+)/variables': ({ name }, { body }) => {
    state.delivery.set(`variable ${name} ${(body as Thing).name}`, body);
    return ok({}, 201);
  },
});
