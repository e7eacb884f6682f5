import { missing, ok, type Routes } from './routes.ts';
import { createId, listThings, type State, type Thing } from './state.ts';

const catalog = '/api/2.1/unity-catalog';
const securable = `${catalog}/(?<list>catalogs|external-locations|storage-credentials)/(?<name>[\\w-]+)`;
const ruleSets = '/api/2.0/preview/accounts/access-control/rule-sets';

export const createDatabricksRoutes = (state: State): Routes => ({
  ...createPrincipalRoutes(state),
  ...createCatalogRoutes(state),
  ...createJobRoutes(state),
  ...createAccessListRoutes(state),
});

const createPrincipalRoutes = (state: State): Routes => ({
  'GET /api/2.0/preview/scim/v2/ServicePrincipals': () => ok({ Resources: listThings(state.databricks, 'principal ') }),
  'POST /api/2.0/preview/scim/v2/ServicePrincipals': (_, { body }) => {
    state.databricks.set(`principal ${createId(state, 'principal')}`, body);
    return ok(body, 201);
  },
  // Whoever creates a principal manages it, which does not say that they may use it.
  [`GET ${ruleSets}`]: (_, { path }) => {
    const name = new URLSearchParams(path.split('?')[1]).get('name') ?? '';
    const manager = { role: 'roles/servicePrincipal.manager', principals: ['users/creator'] };
    const fresh = { name, etag: 'e0', grant_rules: [manager] };
    if (!state.databricks.has(`rules ${name}`)) state.databricks.set(`rules ${name}`, fresh);
    return ok(state.databricks.get(`rules ${name}`));
  },
  [`PUT ${ruleSets}`]: (_, { body }) => {
    const { name, rule_set: rules } = body as Thing;
    const current = state.databricks.get(`rules ${name}`);
    if (rules.etag === '') return { status: 400, body: { error_code: 'INVALID_PARAMETER_VALUE', message: 'etag' } };
    if (rules.etag !== current.etag) return { status: 409, body: { error_code: 'RESOURCE_CONFLICT' } };
    state.databricks.set(`rules ${name}`, { ...rules, etag: createId(state, 'e') });
    return ok(rules);
  },
});

const createCatalogRoutes = (state: State): Routes => ({
  [`GET ${securable}`]: ({ list, name }) => {
    const thing = state.databricks.get(`${list} ${name}`);
    return thing ? ok(thing) : missing('CATALOG_DOES_NOT_EXIST');
  },
  [`PATCH ${securable}`]: ({ list, name }, { body }) => {
    Object.assign(state.databricks.get(`${list} ${name}`), body);
    return ok();
  },
  [`DELETE ${securable}`]: ({ list, name }) => {
    const inUse = list === 'storage-credentials' && listThings(state.databricks, 'external-locations ').length > 0;
    if (inUse) return { status: 400, body: { error_code: 'INVALID_STATE', message: 'It is in use.' } };
    state.databricks.delete(`${list} ${name}`);
    if (list === 'catalogs') {
      state.tables.applied = false;
      state.databricks.delete('schema bronze');
    }
    return ok();
  },
  [`POST ${catalog}/storage-credentials`]: (_, { body }) => {
    const { name } = body as Thing;
    state.databricks.set(`storage-credentials ${name}`, { ...body, isolation_mode: 'ISOLATION_MODE_OPEN' });
    return ok(body);
  },
  [`GET ${catalog}/schemas`]: () => ok({ schemas: listThings(state.databricks, 'schema ') }),
  [`GET ${catalog}/bindings/(?<kind>\\w+)/(?<name>[\\w-]+)`]: ({ name }) =>
    ok({ bindings: (state.databricks.get(`bound ${name}`) ?? []).map((id: number) => ({ workspace_id: id })) }),
  [`PATCH ${catalog}/bindings/(?<kind>\\w+)/(?<name>[\\w-]+)`]: ({ name }, { body }) => {
    const { add, remove = [] } = body as Thing;
    const removed = remove.map((entry: Thing) => entry.workspace_id);
    const before = (state.databricks.get(`bound ${name}`) ?? []).filter((id: number) => !removed.includes(id));
    state.databricks.set(`bound ${name}`, [...new Set([...before, ...add.map((entry: Thing) => entry.workspace_id)])]);
    return ok();
  },
  [`GET ${catalog}/permissions/metastore/(?<id>\\w+)`]: () =>
    ok({ privilege_assignments: state.databricks.get('privileges') ?? [] }),
  [`PATCH ${catalog}/permissions/metastore/(?<id>\\w+)`]: (_, { body }) => {
    const granted = (body as Thing).changes.map(({ add, principal }: Thing) => ({ principal, privileges: add }));
    state.databricks.set('privileges', [...(state.databricks.get('privileges') ?? []), ...granted]);
    return ok();
  },
});

const createJobRoutes = (state: State): Routes => ({
  'GET /api/2.0/sql/warehouses': () => ok({ warehouses: listThings(state.databricks, 'warehouse ') }),
  'DELETE /api/2.0/sql/warehouses/(?<id>[\\w-]+)': ({ id }) => {
    state.databricks.delete(`warehouse ${id}`);
    return ok();
  },
  'GET /api/2.2/jobs/list': (_, { path }) => {
    const name = new URLSearchParams(path.split('?')[1]).get('name');
    const jobs = listThings(state.databricks, 'job ').filter((job) => job.name === name);
    return ok(jobs.length > 0 ? { jobs } : {});
  },
  'POST /api/2.2/jobs/delete': (_, { body }) => {
    state.databricks.delete(`job ${(body as Thing).job_id}`);
    return ok();
  },
  'GET /api/2.2/jobs/runs/list': (_, { path }) =>
    path.includes('completed_only')
      ? ok({ runs: state.databricks.get('completed runs') ?? [] })
      : ok({ runs: state.databricks.get('active runs')?.splice(0) ?? [] }),
  'POST /api/2.2/jobs/run-now': () => {
    state.order.push('integration');
    state.clock += 1000;
    state.databricks.set('run', { looks: 0, start_time: state.clock });
    return ok({ run_id: 5 });
  },
  'GET /api/2.2/jobs/runs/get': () => {
    const run = state.databricks.get('run');
    run.looks += 1;
    if (run.looks < 3) return ok({ run_id: 5, status: { state: 'RUNNING' } });
    const code = state.databricks.get('outcome') ?? 'SUCCESS';
    const completed = { start_time: run.start_time, state: { result_state: code } };
    state.databricks.set('completed runs', [completed]);
    return ok({ run_id: 5, status: { state: 'TERMINATED', termination_details: { code, message: 'as planted' } } });
  },
  'GET /api/2.0/workspace/export': (_, { path }) => {
    const file = decodeURIComponent(new URLSearchParams(path.split('?')[1]).get('path') ?? '');
    const content = state.databricks.get(`file ${file}`);
    return content
      ? ok({ content, file_type: 'whl' })
      : { status: 404, body: { error_code: 'RESOURCE_DOES_NOT_EXIST' } };
  },
});

const lists = '/api/2.0/ip-access-lists';

const createAccessListRoutes = (state: State): Routes => ({
  [`GET ${lists}`]: () => ok({ ip_access_lists: listThings(state.databricks, 'access-list ') }),
  [`POST ${lists}`]: (_, { body }) => {
    const id = createId(state, 'list');
    state.databricks.set(`access-list ${id}`, { list_id: id, enabled: true, ...body });
    return ok({}, 201);
  },
  [`PUT ${lists}/(?<id>[\\w-]+)`]: ({ id }, { body }) => {
    Object.assign(state.databricks.get(`access-list ${id}`), body);
    return ok();
  },
  [`DELETE ${lists}/(?<id>[\\w-]+)`]: ({ id }) => {
    state.databricks.delete(`access-list ${id}`);
    return ok();
  },
  'GET /api/2.0/workspace-conf': () => ok({ enableIpAccessLists: state.databricks.get('access lists') ?? null }),
  'PATCH /api/2.0/workspace-conf': (_, { body }) => {
    state.databricks.set('access lists', (body as Thing).enableIpAccessLists);
    return ok({}, 204);
  },
});
