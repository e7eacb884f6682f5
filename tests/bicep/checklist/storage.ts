import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { root } from '../cli.ts';
import { at, type Compiled, change, deviations, environments, type Item, ofType } from '../compiled.ts';

const accounts = (compiled: Compiled) => [...ofType(compiled, 'Microsoft.Storage/storageAccounts')];
const lake = 'medallionlakeprod';

const hardened = {
  'properties.allowBlobPublicAccess': false,
  'properties.allowCrossTenantReplication': false,
  'properties.allowSharedKeyAccess': false,
  'properties.allowedCopyScope': 'AAD',
  'properties.defaultToOAuthAuthentication': true,
  'properties.encryption.requireInfrastructureEncryption': true,
  'properties.isLocalUserEnabled': false,
  'properties.isNfsV3Enabled': false,
  'properties.isSftpEnabled': false,
  'properties.minimumTlsVersion': 'TLS1_2',
  'properties.supportsHttpsTrafficOnly': true,
};

const kept = {
  'properties.containerDeleteRetentionPolicy.enabled': true,
  'properties.deleteRetentionPolicy.enabled': true,
};

/** What the contracts promise, in days, by dataset. */
const promisedDays = (): [string, number][] =>
  readdirSync(path.join(root, 'projects/fitness/landing')).map((file) => {
    const { name, slaProperties } = parse(readFileSync(path.join(root, 'projects/fitness/landing', file), 'utf8')) as {
      name: string;
      slaProperties: { property: string; value: number }[];
    };
    return [name, slaProperties.find(({ property }) => property === 'retention')?.value ?? 0];
  });

/** The same by the prefix that it holds for. What belongs to no dataset is kept no longer than any other file. */
const promised = () => [
  ...promisedDays().map(([dataset, days]) => `landing/${dataset}/ ${days}`),
  `landing/ ${Math.max(...promisedDays().map(([, days]) => days))}`,
];

type Rule = {
  definition: {
    filters: { prefixMatch: string[] };
    actions: { baseBlob: Record<string, { daysAfterModificationGreaterThan: number }> };
  };
};
const rules = (compiled: Compiled) =>
  [...ofType(compiled, 'Microsoft.Storage/storageAccounts/managementPolicies')].flatMap(({ environment, ...policy }) =>
    (at(policy, 'properties.policy.rules') as Rule[]).flatMap(({ definition }) =>
      definition.filters.prefixMatch.map((prefix) => ({ environment, prefix, actions: definition.actions.baseBlob })),
    ),
  );

/** Whoever was erased is gone a week later from landed files and tables, and the host knows nobody. */
const isLongEnough = (account: string, days: number) => (account.includes('host') ? days >= 7 : days === 7);

/** What nobody needs any more after a while, and what holds keys of people. */
const passing = [
  'control/backups',
  'control/drain-requests',
  'control/manifests',
  'control/plans',
  'control/verdicts',
  'records/reports',
];

export const storage: Item[] = [
  {
    item: 1,
    says: 'no account has keys, anonymous readers, or any other way in than an identity over TLS',
    offenders: (compiled) => [
      ...accounts(compiled).flatMap((account) => deviations(account, hardened)),
      ...[...ofType(compiled, 'Microsoft.Storage/storageAccounts/blobServices/containers')].flatMap((container) =>
        deviations(container, { 'properties.publicAccess': 'None' }),
      ),
      ...(accounts(compiled).length === 9 ? [] : ['there are not three accounts per environment']),
    ],
    plants: {
      ...Object.fromEntries(
        Object.keys(hardened).map((place) => [
          place,
          (compiled: Compiled) => change(compiled, 'prod', lake, place, ''),
        ]),
      ),
      'an anonymous container': (compiled) =>
        change(compiled, 'dev', 'medallionlandingdev/default/landing', 'properties.publicAccess', 'Blob'),
    },
  },
  {
    item: 2,
    says: 'in prod every account refuses the public network, and landing and lake have no public address at all',
    offenders: (compiled) =>
      accounts(compiled)
        .filter(({ environment }) => environment === 'prod')
        .flatMap((account) =>
          deviations(account, {
            'properties.networkAcls.defaultAction': 'Deny',
            'properties.publicNetworkAccess': account.name.includes('host') ? 'Enabled' : 'Disabled',
          }),
        ),
    plants: {
      'an open host': (compiled) =>
        change(compiled, 'prod', 'medallionhostprod', 'properties.networkAcls.defaultAction', 'Allow'),
      'a public lake': (compiled) => change(compiled, 'prod', lake, 'properties.publicNetworkAccess', 'Enabled'),
    },
  },
  {
    item: 3,
    says: 'what is deleted can be had back for a week, and what people can be erased from no longer',
    offenders: (compiled) =>
      [...ofType(compiled, 'Microsoft.Storage/storageAccounts/blobServices')].flatMap((service) => [
        ...deviations(service, kept),
        ...['containerDeleteRetentionPolicy', 'deleteRetentionPolicy']
          .filter((policy) => !isLongEnough(service.name, Number(at(service, `properties.${policy}.days`))))
          .map((policy) => `${service.name} has a wrong ${policy}`),
        ...['isVersioningEnabled', 'changeFeed', 'restorePolicy']
          .filter((feature) => at(service, `properties.${feature}`) !== undefined)
          .map((feature) => `${service.name} has ${feature}`),
      ]),
    plants: {
      'no way back': (compiled) =>
        change(compiled, 'prod', `${lake}/default`, 'properties', {
          containerDeleteRetentionPolicy: { enabled: true, days: 14 },
          deleteRetentionPolicy: { enabled: false },
        }),
      'an erasure that ends after two weeks': (compiled) =>
        change(compiled, 'prod', `${lake}/default`, 'properties.deleteRetentionPolicy.days', 14),
      'versions in folders': (compiled) =>
        change(compiled, 'test', 'medallionlaketest/default', 'properties', {
          containerDeleteRetentionPolicy: { enabled: true, days: 14 },
          deleteRetentionPolicy: { enabled: true, days: 14 },
          isVersioningEnabled: true,
        }),
    },
  },
  {
    item: 4,
    says: 'nothing is deleted by age below a table, and landed files as their contracts promise',
    offenders: (compiled) => {
      const told = rules(compiled);
      const landed = told
        .filter(({ environment, prefix }) => environment === 'prod' && prefix.startsWith('landing/'))
        .map(({ actions, prefix }) => `${prefix} ${actions['delete']?.daysAfterModificationGreaterThan}`);
      return [
        ...told
          .filter(
            ({ prefix }) =>
              !/^(landing(\/\w+)?|control\/(tmp|backups|drain-requests|manifests|plans|verdicts)|records\/reports|deadletters)\/$/.test(
                prefix,
              ),
          )
          .map((each) => each.prefix),
        ...told.filter(({ actions }) => Object.keys(actions).join() !== 'delete').map((each) => each.prefix),
        ...promised().filter((promise) => !landed.includes(promise)),
        ...landed.filter((rule) => !promised().includes(rule)),
        ...environments.flatMap((environment) =>
          passing
            .filter((folder) => !told.some((rule) => rule.environment === environment && rule.prefix === `${folder}/`))
            .map((folder) => `'${folder}' is kept for ever in ${environment}`),
        ),
      ];
    },
    plants: {
      'a rule over the tables': (compiled) =>
        change(compiled, 'prod', `${lake}/default`, 'properties.policy.rules.0.definition.filters.prefixMatch', [
          'tables/',
        ]),
      'verdicts that are kept for ever': (compiled) =>
        change(compiled, 'prod', `${lake}/default`, 'properties.policy.rules', []),
      'checkpoints that vanish': (compiled) =>
        change(compiled, 'prod', `${lake}/default`, 'properties.policy.rules.0.definition.filters.prefixMatch', [
          'records/checkpoints/',
        ]),
      'files of no dataset that stay for ever': (compiled) =>
        change(
          compiled,
          'prod',
          'medallionlandingprod/default',
          `properties.policy.rules.${promisedDays().length}.definition.filters.prefixMatch`,
          [],
        ),
      'a promise that is not kept': (compiled) =>
        change(
          compiled,
          'prod',
          'medallionlandingprod/default',
          'properties.policy.rules.0.definition.actions.baseBlob',
          {
            delete: { daysAfterModificationGreaterThan: 1 },
          },
        ),
    },
  },
];
