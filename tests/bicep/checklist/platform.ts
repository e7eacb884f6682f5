import {
  at,
  type Compiled,
  change,
  deviations,
  type EnvironmentName,
  environments,
  type Item,
  ofType,
  remove,
  resourcesOf,
} from '../compiled.ts';

const workspaceName = 'dbw-medallion-prod';
const networkName = 'vnet-medallion-prod';

const workspaces = (compiled: Compiled) => [...ofType(compiled, 'Microsoft.Databricks/workspaces')];

const hardened = {
  'properties.publicNetworkAccess': 'Disabled',
  'properties.requiredNsgRules': 'NoAzureDatabricksRules',
  'properties.defaultStorageFirewall': 'Enabled',
};

/** The rules that Databricks adds to the group of its clusters by itself. */
const clusterRules = [
  'worker-to-worker-inbound',
  'worker-to-worker-outbound',
  'worker-to-databricks',
  'worker-to-sql',
  'worker-to-storage',
  'worker-to-eventhub',
];

type Subnet = { name: string; properties: Record<string, unknown> };
const subnets = (compiled: Compiled) =>
  [...ofType(compiled, 'Microsoft.Network/virtualNetworks')].flatMap((network) =>
    (at(network, 'properties.subnets') as Subnet[]).map((subnet) => ({ ...subnet, environment: network.environment })),
  );

const observed = [
  'Microsoft.Storage/storageAccounts/blobServices',
  'Microsoft.Storage/storageAccounts/queueServices',
  'Microsoft.Storage/storageAccounts/tableServices',
  'Microsoft.EventGrid/systemTopics',
  'Microsoft.Databricks/workspaces',
  'Microsoft.KeyVault/vaults',
];

const blobCategories: Record<string, string> = {
  landing: 'StorageRead,StorageWrite,StorageDelete',
  lake: 'StorageDelete',
  host: 'StorageDelete',
};

const findBlobLog = (compiled: Compiled, environment: EnvironmentName, account: string) =>
  resourcesOf(compiled, environment).find(
    ({ id, type }) =>
      type === 'Microsoft.Insights/diagnosticSettings' && id.includes(`/storageAccounts/${account}/blobServices/`),
  );

export const platform: Item[] = [
  {
    item: 23,
    says: 'clusters have no public address, run in our network and leave it through one gateway; prod is not seen from outside',
    offenders: (compiled) => [
      ...workspaces(compiled).flatMap((workspace) => [
        ...deviations(workspace, {
          'properties.parameters.enableNoPublicIp.value': true,
          'properties.accessConnector.identityType': 'SystemAssigned',
          'properties.parameters.requireInfrastructureEncryption.value': true,
          'sku.name': 'premium',
        }),
        ...(workspace.environment === 'prod' ? deviations(workspace, hardened) : []),
        ...(at(workspace, 'properties.parameters.customVirtualNetworkId.value') ? [] : ['no network of ours']),
      ]),
      ...[...ofType(compiled, 'Microsoft.Network/networkSecurityGroups')]
        .filter(({ name }) => name.startsWith('nsg-clusters'))
        .flatMap((group) => clusterRules.filter((rule) => !JSON.stringify(group.properties).includes(rule))),
      ...subnets(compiled)
        .filter(
          ({ name, properties }) =>
            name.startsWith('cluster') && !(properties['natGateway'] && properties['networkSecurityGroup']),
        )
        .map(({ environment, name }) => `${environment}: ${name}`),
    ],
    plants: {
      'public addresses': (compiled) =>
        change(compiled, 'prod', workspaceName, 'properties.parameters.enableNoPublicIp.value', false),
      'a public workspace': (compiled) =>
        change(compiled, 'prod', workspaceName, 'properties.publicNetworkAccess', 'Enabled'),
      'a standard workspace': (compiled) => change(compiled, 'test', 'dbw-medallion-test', 'sku', { name: 'standard' }),
      'a group without its rules': (compiled) =>
        change(compiled, 'dev', 'nsg-clusters-medallion-dev', 'properties.securityRules', []),
      'clusters without a way out': (compiled) =>
        change(compiled, 'prod', networkName, 'properties.subnets.0.properties.natGateway', undefined),
    },
  },
  {
    item: 25,
    says: 'a vault, should there be one, knows roles only, forgets nothing, and is closed in prod',
    offenders: (compiled) =>
      [...ofType(compiled, 'Microsoft.KeyVault/vaults')].flatMap((vault) =>
        deviations(vault, {
          'properties.enableRbacAuthorization': true,
          'properties.enablePurgeProtection': true,
          ...(vault.environment === 'prod' ? { 'properties.networkAcls.defaultAction': 'Deny' } : {}),
        }),
      ),
    plants: {
      'an open vault': ({ snapshots }) => {
        const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv';
        const properties = { enableRbacAuthorization: true };
        snapshots.prod.main.resources.push({
          id,
          type: 'Microsoft.KeyVault/vaults',
          name: 'kv',
          apiVersion: '2024-11-01',
          properties,
        });
      },
    },
  },
  {
    item: 26,
    says: 'nobody writes logs without an identity, and a day in dev or test has a limit',
    offenders: (compiled) => [
      ...[...ofType(compiled, 'Microsoft.Insights/components')].flatMap((component) =>
        deviations(component, { 'properties.DisableLocalAuth': true, 'properties.IngestionMode': 'LogAnalytics' }),
      ),
      ...[...ofType(compiled, 'Microsoft.OperationalInsights/workspaces')].flatMap((workspace) => [
        ...deviations(workspace, { 'properties.features.disableLocalAuth': true }),
        ...(workspace.environment !== 'prod' &&
        !workspace.name.startsWith('log-audit') &&
        Number(at(workspace, 'properties.workspaceCapping.dailyQuotaGb')) < 0
          ? [`${workspace.environment}: no limit`]
          : []),
      ]),
    ],
    plants: {
      'a component with a key': (compiled) =>
        change(compiled, 'prod', 'appi-medallion-prod', 'properties.DisableLocalAuth', false),
      'logs with a key': (compiled) =>
        change(compiled, 'prod', 'log-medallion-prod', 'properties.features.disableLocalAuth', false),
      'a day without end': (compiled) =>
        change(compiled, 'dev', 'log-medallion-dev', 'properties.workspaceCapping.dailyQuotaGb', -1),
    },
  },
  {
    item: 27,
    says: 'storage services, topic and workspace write their logs',
    offenders: (compiled) =>
      environments.flatMap((environment) => {
        const resources = resourcesOf(compiled, environment);
        const watched = resources
          .filter(({ type }) => type === 'Microsoft.Insights/diagnosticSettings')
          .filter((setting) => at(setting, 'properties.workspaceId') && at(setting, 'properties.logs'))
          .map(({ id }) => id.split('/providers/Microsoft.Insights/')[0]);
        return resources.filter(({ id, type }) => observed.includes(type) && !watched.includes(id)).map(({ id }) => id);
      }),
    plants: Object.fromEntries(
      ['blobServices', 'queueServices', 'Microsoft.EventGrid', 'Microsoft.Databricks'].map((which) => [
        `silence of ${which}`,
        (compiled: Compiled) =>
          remove(compiled, 'prod', ({ id, type }) => type.endsWith('/diagnosticSettings') && id.includes(which)),
      ]),
    ),
  },
  {
    item: 34,
    says: 'who reads landed files leaves a trace, in a log that a busy day of the app does not end, and a commit leaves none',
    offenders: (compiled) =>
      environments.flatMap((environment) =>
        ['landing', 'lake', 'host'].flatMap((account) => {
          const setting = findBlobLog(compiled, environment, `medallion${account}${environment}`);
          const categories = ((at(setting, 'properties.logs') ?? []) as { category: string }[]).map(
            ({ category }) => category,
          );
          return [
            ...(categories.join() === blobCategories[account] ? [] : [`${environment}: ${account} logs ${categories}`]),
            ...(String(at(setting, 'properties.workspaceId')).includes('.auditResourceId.')
              ? []
              : [`${environment}: ${account} logs to the workspace of the app`]),
          ];
        }),
      ),
    plants: {
      'reads that nobody sees': (compiled) =>
        Object.assign(findBlobLog(compiled, 'prod', 'medallionlandingprod')?.properties ?? {}, {
          logs: [{ category: 'StorageWrite' }, { category: 'StorageDelete' }],
        }),
      'a line for each commit of a table': (compiled) =>
        Object.assign(findBlobLog(compiled, 'test', 'medallionlaketest')?.properties ?? {}, {
          logs: [{ category: 'StorageWrite' }, { category: 'StorageDelete' }],
        }),
      'traces under the daily limit of the app': (compiled) =>
        Object.assign(findBlobLog(compiled, 'dev', 'medallionlandingdev')?.properties ?? {}, {
          workspaceId: "[reference('monitoring').outputs.workspaceResourceId.value]",
        }),
    },
  },
  {
    item: 35,
    says: 'private endpoints are made one after the other, since changes of one subnet at once are refused',
    offenders: ({ sources }) =>
      sources['bicep/modules/endpoints.bicep']?.includes('@batchSize(1)\nresource endpoint ') ? [] : ['all at once'],
    plants: {
      'all at once': ({ sources }) => {
        const file = 'bicep/modules/endpoints.bicep';
        sources[file] = sources[file]?.replace('@batchSize(1)\n', '') ?? '';
      },
    },
  },
];
