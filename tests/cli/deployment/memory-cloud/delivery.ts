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
  ...createGitHubRoutes(state),
  'GET /repos/[^/]+/[^/]+/environments/(?<name>[\\w-]+)/variables/(?<variable>\\w+)': ({ name, variable }) => {
    const current = state.delivery.get(`variable ${name} ${variable}`);
    return current ? ok(current) : missing();
  },
  'POST /repos/[^/]+/[^/]+/environments/(?<name>[\\w-]+)/variables': ({ name }, { body }) => {
    state.delivery.set(`variable ${name} ${(body as Thing).name}`, body);
    return ok({}, 201);
  },
});

const environments = '/repos/[^/]+/[^/]+/environments';
const policies = `${environments}/(?<name>[\\w-]+)/deployment-branch-policies`;

/** Environments of GitHub, whose protection is written in other words than it is read. */
const createGitHubRoutes = (state: State): Routes => ({
  'GET /users/(?<login>\\w+)': ({ login = '' }) => (login === 'nobody' ? missing() : ok({ login, id: login.length })),
  'GET /orgs/company/teams/(?<slug>\\w+)': ({ slug = '' }) => ok({ slug, id: 100 + slug.length }),
  [`GET ${environments}/(?<name>[\\w-]+)`]: ({ name }) => {
    const environment = state.delivery.get(`github ${name}`);
    return environment ? ok(environment) : missing();
  },
  [`PUT ${environments}/(?<name>[\\w-]+)`]: ({ name }, { body }) => {
    const {
      deployment_branch_policy: policy = null,
      prevent_self_review: isApart = false,
      reviewers = [],
    } = body as Thing;
    if (policy && policy.protected_branches === policy.custom_branch_policies) return { status: 422, body: {} };
    const entries = reviewers.map(({ id, type }: Thing) => ({ type, reviewer: { id } }));
    const approval = { id: 1, type: 'required_reviewers', prevent_self_review: isApart, reviewers: entries };
    const rules = [...(entries.length > 0 ? [approval] : []), ...(policy ? [{ id: 2, type: 'branch_policy' }] : [])];
    state.delivery.set(`github ${name}`, { name, protection_rules: rules, deployment_branch_policy: policy });
    return ok();
  },
  [`GET ${policies}`]: ({ name }) => ok({ branch_policies: listThings(state.delivery, `policy ${name} `) }),
  [`POST ${policies}`]: ({ name }, { body }) => {
    state.next += 1;
    state.delivery.set(`policy ${name} ${state.next}`, { id: state.next, ...body });
    return ok();
  },
  [`DELETE ${policies}/(?<id>\\d+)`]: ({ id, name }) => {
    state.delivery.delete(`policy ${name} ${id}`);
    return ok({}, 204);
  },
});
