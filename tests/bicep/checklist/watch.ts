import { activityAlerts } from '../../../medallion/activity-alerts.ts';
import { logAlerts } from '../../../medallion/alerts.ts';
import { metricAlerts } from '../../../medallion/metric-alerts.ts';
import { at, type Compiled, change, type Item, ofType, type Resource, remove, resourcesOf } from '../compiled.ts';
import { strangeDifferences } from '../parity.ts';

/** What somebody has to be told of, and where the alert finds it. */
const accounts = ['landing', 'lake', 'host'].map((name) => `-medallion${name}prod`);
const wanted: Record<string, string> = Object.fromEntries([
  ...logAlerts.map(({ name }) => [name, 'Microsoft.Insights/scheduledQueryRules']),
  ...activityAlerts.map(({ name }) => [name, 'Microsoft.Insights/activityLogAlerts']),
  ...metricAlerts.flatMap(({ name, source }) =>
    (source === 'account' ? accounts : ['']).map((target) => [`${name}${target}`, 'Microsoft.Insights/metricAlerts']),
  ),
]);

const tagNames = ['costCenter', 'dataClassification', 'environment', 'managedBy', 'owner', 'workload'];

/** Types that take no tags: parts of something else, and rules about it. */
const untaggable =
  /^Microsoft\.(Storage\/storageAccounts\/|Web\/sites\/|EventGrid\/systemTopics\/|Authorization\/|Insights\/diagnosticSettings|Consumption\/|ManagedIdentity\/userAssignedIdentities\/|Network\/privateEndpoints\/)/;

const isAlert = ({ type }: Resource) =>
  /^Microsoft\.Insights\/(scheduledQueryRules|metricAlerts|activityLogAlerts)$/.test(type);
const groupsOf = (alert: Resource) => JSON.stringify(at(alert, 'properties.actions') ?? []);

/** Which doors of which resource have a private address in prod. */
const doors = [
  'landing blob',
  'landing dfs',
  'lake blob',
  'lake dfs',
  'host blob',
  'host queue',
  'host table',
  'workspace databricks_ui_api',
  'workspace browser_authentication',
  'app sites',
];

function privateDoors(compiled: Compiled): string[] {
  const prod = resourcesOf(compiled, 'prod');
  const grouped = prod
    .filter(({ type }) => type.endsWith('/privateDnsZoneGroups'))
    .map(({ name }) => name.split('/')[0]);
  const linked = prod.filter(({ type }) => type.endsWith('/virtualNetworkLinks'));
  const zones = prod.filter(({ type }) => type === 'Microsoft.Network/privateDnsZones');
  if (linked.length !== zones.length) return [];
  return prod
    .filter(({ name, type }) => type === 'Microsoft.Network/privateEndpoints' && grouped.includes(name))
    .map((endpoint) => {
      const group = String(at(endpoint, 'properties.privateLinkServiceConnections.0.properties.groupIds.0'));
      return `${/^pe-([a-z]+)/.exec(endpoint.name)?.[1]} ${group}`;
    });
}

const notices = (compiled: Compiled) =>
  [...ofType(compiled, 'Microsoft.Consumption/budgets')].map(({ environment, ...budget }) => ({
    environment,
    types: Object.values(at(budget, 'properties.notifications') as object).map((each) => String(each.thresholdType)),
    isTold: JSON.stringify(at(budget, 'properties.notifications')).includes('contactEmails":["'),
    // Databricks bills the machines of clusters in a group of its own.
    counts: ((at(budget, 'properties.filter.dimensions.values') ?? []) as string[]).length,
  }));

export const watch: Item[] = [
  {
    item: 29,
    says: 'somebody is told of poison, dead letters, failures, silence, and storage that does not answer',
    offenders: (compiled) => {
      const alerts = resourcesOf(compiled, 'prod').filter(isAlert);
      const names = Object.entries(wanted).map(([name, type]) => `${type} alert-${name}-medallion-prod`);
      const found = alerts.map(({ name, type }) => `${type} ${name}`);
      return [
        ...names.filter((each) => !found.includes(each)),
        ...alerts
          .filter(
            (alert) => !groupsOf(alert).includes('actionGroupResourceId') || at(alert, 'properties.enabled') !== true,
          )
          .map(({ name }) => name),
      ];
    },
    plants: {
      ...Object.fromEntries(
        Object.keys(wanted).map((name) => [
          `that nobody hears of '${name}'`,
          (compiled: Compiled) => remove(compiled, 'prod', (each) => each.name === `alert-${name}-medallion-prod`),
        ]),
      ),
      'an alert that tells nobody': (compiled) =>
        change(compiled, 'prod', 'alert-poison-medallion-prod', 'properties.actions', { actionGroups: [] }),
      'an alert that is asleep': (compiled) =>
        change(compiled, 'prod', 'alert-no-data-medallion-prod', 'properties.enabled', false),
    },
  },
  {
    item: 30,
    says: 'prod is locked, kept in three zones, watched for its cost, and reached through private addresses',
    offenders: (compiled) => {
      const prod = resourcesOf(compiled, 'prod');
      const locks = prod.filter(
        (each) => each.type.endsWith('/locks') && at(each, 'properties.level') === 'CanNotDelete',
      );
      const accounts = prod.filter(({ type }) => type === 'Microsoft.Storage/storageAccounts');
      const open = privateDoors(compiled);
      return [
        ...accounts
          .filter(({ id }) => !locks.some((lock) => lock.id.startsWith(`${id}/`)))
          .map(({ name }) => `${name} is not locked`),
        ...accounts
          .filter((each) => at(each, 'sku.name') !== 'Standard_ZRS')
          .map(({ name }) => `${name} is kept in one zone`),
        ...doors.filter((door) => !open.includes(door)),
        ...notices(compiled)
          .filter(
            ({ counts, isTold, types }) =>
              counts !== 2 || !isTold || !['Actual', 'Forecasted'].every((each) => types.includes(each)),
          )
          .map(({ environment }) => `${environment}: budget`),
        ...(notices(compiled).length === 3 ? [] : ['a budget is missing']),
      ];
    },
    plants: {
      'an account without a lock': (compiled) =>
        remove(compiled, 'prod', ({ id, type }) => type.endsWith('/locks') && id.includes('lake')),
      'one zone': (compiled) => change(compiled, 'prod', 'medallionlakeprod', 'sku', { name: 'Standard_LRS' }),
      'a missing door': (compiled) => remove(compiled, 'prod', ({ name }) => name === 'pe-lake-dfs-medallion-prod'),
      'a door without a name': (compiled) =>
        remove(compiled, 'prod', ({ name }) => name === 'pe-host-queue-medallion-prod/default'),
      'a zone that is not linked': (compiled) =>
        remove(compiled, 'prod', ({ name }) => name === 'privatelink.azurewebsites.net/link-medallion-prod'),
      'a budget that does not see clusters': (compiled) =>
        change(compiled, 'prod', 'budget-medallion-prod', 'properties.filter.dimensions.values', ['rg-medallion-prod']),
      'a budget that looks back only': (compiled) =>
        change(compiled, 'prod', 'budget-medallion-prod', 'properties.notifications', {
          a: { thresholdType: 'Actual', contactEmails: ['x'] },
        }),
    },
  },
  {
    item: 31,
    says: 'whatever takes tags has all six',
    offenders: (compiled) =>
      (['dev', 'test', 'prod'] as const).flatMap((environment) =>
        resourcesOf(compiled, environment)
          .filter(({ type }) => !untaggable.test(type))
          .filter(
            ({ tags = {} }) =>
              Object.keys(tags).sort().join() !== tagNames.join() || tags['environment'] !== environment,
          )
          .map(({ name }) => `${environment}: ${name}`),
      ),
    plants: {
      'a resource without tags': (compiled) => change(compiled, 'prod', 'nat-medallion-prod', 'tags', undefined),
      'tags of another environment': (compiled) =>
        change(compiled, 'prod', 'nat-medallion-prod', 'tags.environment', 'dev'),
    },
  },
  {
    item: 32,
    says: 'environments differ in agreed values only',
    offenders: strangeDifferences,
    plants: {
      'a property of its own': (compiled) =>
        change(compiled, 'test', 'medallionlaketest', 'properties.accessTier', 'Cool'),
      'a resource of its own': (compiled) =>
        remove(compiled, 'dev', ({ name }) => name === 'alert-poison-medallion-dev'),
    },
  },
];
