import { missing, ok, type Routes } from './routes.ts';
import { createId, listThings, type State, type Thing } from './state.ts';

export const createGraphRoutes = (state: State): Routes => ({
  ...createApplicationRoutes(state),
  ...createPrincipalRoutes(state),
});

const createApplicationRoutes = (state: State): Routes => ({
  "GET /v1.0/applications\\(uniqueName='(?<name>[^']+)'\\)": ({ name }) =>
    answer(listThings(state.graph, 'application ').find(({ uniqueName }) => uniqueName === name)),
  'GET /v1.0/applications/(?<id>[\\w-]+)': ({ id }) => answer(state.graph.get(`application ${id}`)),
  'POST /v1.0/applications': (_, { body }) => {
    const { uniqueName } = body as Thing;
    if (listThings(state.graph, 'application ').some((each) => each.uniqueName === uniqueName))
      return { status: 409, body: { error: { code: 'Request_MultipleObjectsWithSameKeyValue' } } };
    const application = { id: createId(state, 'object'), appId: createId(state, 'app'), identifierUris: [], ...body };
    state.graph.set(`application ${application.id}`, application);
    return ok(application, 201);
  },
  'PATCH /v1.0/applications/(?<id>[\\w-]+)': ({ id }, { body }) => {
    Object.assign(state.graph.get(`application ${id}`), body);
    return ok({}, 204);
  },
  'DELETE /v1.0/applications/(?<id>[\\w-]+)': ({ id }) => {
    for (const key of [...state.graph.keys()])
      if (key === `application ${id}` || !key.startsWith('application ')) state.graph.delete(key);
    return ok({}, 204);
  },
  'GET /v1.0/applications/(?<id>[\\w-]+)/federatedIdentityCredentials': ({ id }) =>
    ok({ value: listThings(state.graph, `credential ${id} `) }),
  'POST /v1.0/applications/(?<id>[\\w-]+)/federatedIdentityCredentials': ({ id }, { body }) => {
    const credential = { id: createId(state, 'credential'), ...body };
    state.graph.set(`credential ${id} ${credential.id}`, credential);
    return ok(credential, 201);
  },
  'PATCH /v1.0/applications/(?<id>[\\w-]+)/federatedIdentityCredentials/(?<credential>[\\w-]+)': (
    { credential, id },
    { body },
  ) => {
    Object.assign(state.graph.get(`credential ${id} ${credential}`), body);
    return ok({}, 204);
  },
});

const createPrincipalRoutes = (state: State): Routes => ({
  "GET /v1.0/servicePrincipals\\(appId='(?<app>[^']+)'\\)": ({ app }) =>
    answer(listThings(state.graph, 'principal ').find(({ appId }) => appId === app)),
  'POST /v1.0/servicePrincipals': (_, { body }) => {
    const principal = { id: createId(state, 'principal'), ...body };
    state.graph.set(`principal ${principal.id}`, principal);
    return ok(principal, 201);
  },
  'PATCH /v1.0/servicePrincipals/(?<id>[\\w-]+)': ({ id }, { body }) => {
    Object.assign(state.graph.get(`principal ${id}`), body);
    return ok({}, 204);
  },
  'GET /v1.0/servicePrincipals/(?<id>[\\w-]+)/appRoleAssignedTo': ({ id }) =>
    ok({ value: listThings(state.graph, `assignment ${id} `) }),
  'POST /v1.0/servicePrincipals/(?<id>[\\w-]+)/appRoleAssignedTo': ({ id }, { body }) => {
    const assignment = { id: createId(state, 'assignment'), ...body };
    state.graph.set(`assignment ${id} ${assignment.id}`, assignment);
    return ok(assignment, 201);
  },
});

const answer = (thing: Thing) => (thing === undefined ? missing('Request_ResourceNotFound') : ok(thing));
