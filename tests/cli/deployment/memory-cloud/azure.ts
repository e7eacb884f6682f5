import { missing, ok, type Routes } from './routes.ts';
import { createId, listThings, type State, type Thing } from './state.ts';

const scope = '(?<scope>/subscriptions/sub(?:/resourceGroups/(?<group>[^/]+))?)';
const group = '/subscriptions/sub/resourceGroups/(?<group>[^/]+)';
const identity = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/(?<name>[^/]+)`;
const site = `${group}/providers/Microsoft.Web/sites/(?<name>[^/]+)`;
const account = `${group}/providers/Microsoft.Storage/storageAccounts/(?<name>[^/]+)`;

export const createAzureRoutes = (state: State): Routes => ({
  ...createQuestionRoutes(state),
  ...createProviderRoutes(state),
  ...createDeploymentRoutes(state),
  [`GET ${group}`]: ({ group: name }) => (state.azure.has(`group ${name}`) ? ok({}) : missing('ResourceGroupNotFound')),
  [`DELETE ${group}`]: ({ group: name = '' }) => {
    for (const key of [...state.azure.keys()]) if (key.includes(name.replace('rg-', ''))) state.azure.delete(key);
    for (const key of [...state.databricks.keys()]) if (!key.startsWith('catalogs')) state.databricks.delete(key);
    state.app.settings = {};
    state.bundle = { isDeployed: false, actions: [] };
    delete state.app.package;
    return ok({}, 202);
  },
  [`GET ${identity}`]: ({ name }) => answer(state, `identity ${name}`),
  [`GET ${identity}/federatedIdentityCredentials/delivery`]: ({ name }) => answer(state, `credential ${name}`),
  [`PUT ${identity}/federatedIdentityCredentials/delivery`]: ({ name }, { body }) => {
    state.azure.set(`credential ${name} rg`, body);
    return ok(body);
  },
  [`GET ${group}/providers/Microsoft.Databricks/accessConnectors/(?<name>[^/]+)`]: ({ name }) =>
    answer(state, `acting ${name}`),
  [`GET ${group}/providers/Microsoft.EventGrid/systemTopics/(?<name>[^/]+)`]: ({ name }) =>
    answer(state, `acting ${name}`),
  [`GET ${site}`]: ({ name }) => answer(state, `site ${name}`),
  [`POST ${site}/config/appsettings/list`]: () => ok({ properties: state.app.settings }),
  [`GET ${site}/config/authsettingsV2/list`]: ({ name }) => answer(state, `sign-in ${name}`),
  [`GET ${group}/providers/Microsoft.Databricks/workspaces/(?<name>[^/]+)`]: ({ name }) =>
    answer(state, `workspace ${name}`),
  [`GET ${group}/providers/Microsoft.Network/virtualNetworks/[^/]+/virtualNetworkPeerings/(?<name>[^/]+)`]: ({
    name,
  }) => answer(state, `peering ${name}`),
  [`GET ${account}/privateEndpointConnections`]: ({ name }) =>
    ok({ value: listThings(state.azure, `connection ${name} `) }),
  [`PUT ${account}/privateEndpointConnections/(?<connection>[^/]+)`]: ({ connection, name }, { body }) => {
    Object.assign(state.azure.get(`connection ${name} ${connection} rg`), body);
    for (const rule of listThings(state.account, 'rule '))
      if (rule.connection === connection) rule.connection_state = 'ESTABLISHED';
    return ok({});
  },
});

/** What nobody deploys, and the doctor asks for. */
const createQuestionRoutes = (state: State): Routes => ({
  'GET /subscriptions/sub/providers/Microsoft.Web/geoRegions': () => ok({ value: state.regions }),
  'POST /subscriptions/sub/providers/Microsoft.Storage/checkNameAvailability': (_, { body }) => {
    const isTaken = state.azure.has(`taken ${(body as Thing).name}`);
    return ok({ nameAvailable: !isTaken, ...(isTaken ? { reason: 'AlreadyExists' } : {}) });
  },
  [`GET ${account}`]: ({ name }) => answer(state, `account ${name}`),
  'GET /subscriptions/sub/providers/Microsoft.EventGrid/systemTopics': () =>
    ok({ value: listThings(state.azure, 'topic ') }),
  [`GET ${group}/providers/Microsoft.EventGrid/systemTopics/[^/]+/eventSubscriptions/(?<name>[^/]+)`]: ({ name }) =>
    answer(state, `subscription ${name}`),
  [`GET ${group}/providers/Microsoft.Insights/scheduledQueryRules`]: () =>
    ok({ value: listThings(state.azure, 'alert ') }),
});

function answer(state: State, prefix: string) {
  const [thing] = listThings(state.azure, `${prefix} `);
  return thing === undefined ? missing('ResourceNotFound') : ok(thing);
}

const createProviderRoutes = (state: State): Routes => ({
  'GET /subscriptions/sub/providers/Microsoft.Consumption/budgets/(?<name>[^/]+)': ({ name }) =>
    answer(state, `budget ${name}`),
  'DELETE /subscriptions/sub/providers/Microsoft.Consumption/budgets/(?<name>[^/]+)': ({ name }) => {
    state.azure.delete(`budget ${name} `);
    return ok();
  },
  'GET /subscriptions/sub/providers/(?<name>[\\w.]+)': ({ name }) =>
    ok({ namespace: name, registrationState: state.azure.get(`provider ${name}`) ?? 'NotRegistered' }),
  'POST /subscriptions/sub/providers/(?<name>[\\w.]+)/register': ({ name }) => {
    state.azure.set(`provider ${name}`, 'Registering');
    return ok({ registrationState: 'Registering' });
  },
});

const deployment = `${scope}/providers/Microsoft.Resources/deployments/(?<name>[^/]+)`;

const createDeploymentRoutes = (state: State): Routes => ({
  [`POST ${deployment}/whatIf`]: ({ group: place, name = '', scope: at }, { body }) => {
    if (place && !state.azure.has(`group ${place}`)) return missing('ResourceGroupNotFound');
    const known = state.azure.get(`deployment ${name} ${at}`);
    const isSame = known && JSON.stringify(known.parameters) === JSON.stringify((body as Thing).properties.parameters);
    // Assignments are named by their owners, so other owners have new ones.
    const { principals } = (body as Thing).properties.parameters;
    const isNew = !known || JSON.stringify(known.parameters.principals) !== JSON.stringify(principals);
    const change = { changeType: isNew ? 'Create' : 'Modify', resourceId: `${at}/providers/x/${name}` };
    const template = name.split('-')[0] ?? '';
    const changes = [
      ...(isSame ? [] : [change]),
      ...(state.drift.get(template) ?? []),
      ...(state.noise.get(template) ?? []),
    ];
    return ok({ status: 'Succeeded', properties: { correlationId: 'c', changes } });
  },
  [`PUT ${deployment}`]: ({ group: place, name = '', scope: at }, { body }) => {
    if (place && !state.azure.has(`group ${place}`)) return missing('ResourceGroupNotFound');
    const { parameters, template } = (body as Thing).properties;
    const error = deployTemplate(state, template.name, parameters);
    state.drift.delete(template.name);
    state.clock += 1000;
    const timestamp = new Date(state.clock).toISOString();
    const record = error ? { parameters: {}, error } : { parameters };
    state.azure.set(`deployment ${name} ${at}`, { ...record, looks: 0, timestamp });
    return ok({ properties: { provisioningState: 'Accepted' } }, 201);
  },
  [`GET ${deployment}`]: ({ name, scope: at }) => {
    const known = state.azure.get(`deployment ${name} ${at}`);
    if (!known) return missing('DeploymentNotFound');
    known.looks += 1;
    if (known.error) return ok({ properties: { provisioningState: 'Failed', error: known.error } });
    const { timestamp } = known;
    return ok({ properties: { provisioningState: known.looks > 1 ? 'Succeeded' : 'Running', timestamp } });
  },
});

/** What a template makes, as far as others ask for it; or the error of what it misses. */
function deployTemplate(state: State, name: string, parameters: Thing): string | undefined {
  const environment = parameters.environment.value;
  const suffix = `${environment.prefix ?? 'medallion'}-${environment.name}`;
  state.order.push(name);
  if (name === 'foundation') deployFoundation(state, suffix, parameters.budgetFrom.value);
  if (name === 'grants') deployPeerings(state, suffix, environment);
  if (name === 'main') deployMain(state, suffix, environment);
  if (name === 'settings') deploySettings(state, suffix, parameters);
  if (name === 'eventing' && state.app.package === undefined) return 'The webhook of the app does not answer.';
  for (const subscription of name === 'eventing' ? ['blob-landed', 'path-renamed'] : [])
    state.azure.set(`subscription ${subscription} ${suffix}`, { properties: { provisioningState: 'Succeeded' } });
  return undefined;
}

function setIdentity(state: State, name: string, suffix: string): void {
  const key = `identity id-${name}-${suffix} rg-${suffix}`;
  const properties = { clientId: createId(state, `client-${name}`), principalId: createId(state, `principal-${name}`) };
  if (!state.azure.has(key)) state.azure.set(key, { properties });
}

function deployFoundation(state: State, suffix: string, from: string): void {
  state.azure.set(`group rg-${suffix}`, {});
  for (const name of ['pipeline', 'plan']) setIdentity(state, name, suffix);
  const budget = state.azure.get(`budget budget-${suffix} `);
  if (budget && budget.properties.timePeriod.startDate !== `${from}T00:00:00Z`)
    throw new Error('A start never changes.');
  state.azure.set(`budget budget-${suffix} `, { properties: { timePeriod: { startDate: `${from}T00:00:00Z` } } });
}

function deployMain(state: State, suffix: string, environment: Thing): void {
  for (const name of ['dbac', 'evgt-landing']) {
    const key = `acting ${name}-${suffix} rg-${suffix}`;
    const acting = { identity: { principalId: createId(state, `principal-${name}`) } };
    if (!state.azure.has(key)) state.azure.set(key, acting);
  }
  const names = [
    'operator',
    'packages',
    'jobs',
    ...(environment.deployment.verify === 'integration' ? ['tester'] : []),
  ];
  for (const name of names) setIdentity(state, name, suffix);
  const host = `func-${suffix}-x1.westeurope-01.azurewebsites.net`;
  state.azure.set(`site func-${suffix} rg-${suffix}`, { properties: { defaultHostName: host, state: 'Running' } });
  state.azure.set(`alert silent ${suffix}`, { name: `alert-silent-${suffix}`, properties: { enabled: true } });
  const id = `/subscriptions/sub/resourceGroups/rg-${suffix}/providers/Microsoft.Databricks/workspaces/dbw-${suffix}`;
  const properties = {
    workspaceUrl: 'adb-77.7.azuredatabricks.net',
    workspaceId: '77',
    provisioningState: 'Succeeded',
  };
  state.azure.set(`workspace dbw-${suffix} rg-${suffix}`, { id, sku: { name: 'premium' }, properties });
}

/** The other half is there as soon as its owner makes it. */
function deployPeerings(state: State, suffix: string, environment: Thing): void {
  for (const { networkId, usesGateway } of environment.deployment.peerings ?? []) {
    const properties = { peeringState: 'Connected', useRemoteGateways: usesGateway };
    state.azure.set(`peering ${networkId.split('/').at(-1)} ${suffix}`, { properties });
  }
}

function deploySettings(state: State, suffix: string, parameters: Thing): void {
  state.app.settings = {
    MEDALLION_RELEASE: parameters.release.value,
    MEDALLION_WAREHOUSE_ID: parameters.warehouseId.value,
    MEDALLION_WORKSPACE_URL: `https://${parameters.workspaceUrl.value}`,
  };
  const registration = { clientId: parameters.applicationId.value };
  const properties = {
    platform: { enabled: true },
    identityProviders: { azureActiveDirectory: { registration } },
  };
  state.azure.set(`sign-in func-${suffix} rg-${suffix}`, { properties });
}
