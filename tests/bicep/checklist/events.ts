import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../cli.ts';
import { at, change, deviations, environments, type Item, ofType } from '../compiled.ts';

const subscriptionName = 'evgt-landing-medallion-prod/blob-landed';

/** What the stand-in of the landing zone tells the app on one machine. */
function toldLocally(): string[] {
  const text = readFileSync(path.join(root, 'cli/stack/stack.ts'), 'utf8');
  return [...(/apis: \[(.*?)\]/.exec(text)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(([, api]) => api ?? '').sort();
}

const common = {
  type: 'Microsoft.EventGrid/systemTopics/eventSubscriptions',
  'properties.filter.subjectBeginsWith': '/blobServices/default/containers/landing/',
  'properties.deadLetterWithResourceIdentity.identity.type': 'SystemAssigned',
  'properties.deadLetterWithResourceIdentity.deadLetterDestination.properties.blobContainerName': 'deadletters',
};

const listDeviations = (subscription: Parameters<typeof deviations>[0]) =>
  subscription.name.endsWith('/path-renamed') ? listOfRenames(subscription) : listOfClosedFiles(subscription);

function listOfClosedFiles(subscription: Parameters<typeof deviations>[0]): string[] {
  const endpoint = String(at(subscription, 'properties.destination.properties.endpointUrl'));
  return [
    ...deviations(subscription, {
      ...common,
      'properties.filter.includedEventTypes': ['Microsoft.Storage.BlobCreated'],
      'properties.filter.advancedFilters': [{ operatorType: 'StringIn', key: 'data.api', values: toldLocally() }],
      'properties.destination.properties.minimumTlsVersionAllowed': '1.2',
    }),
    ...['https://', '/runtime/webhooks/blobs', 'Host.Functions.blobLanded'].filter((part) => !endpoint.includes(part)),
  ];
}

function listOfRenames(subscription: Parameters<typeof deviations>[0]): string[] {
  const target = String(at(subscription, 'properties.destination.properties.resourceId'));
  return [
    ...deviations(subscription, {
      ...common,
      'properties.filter.includedEventTypes': ['Microsoft.Storage.BlobRenamed', 'Microsoft.Storage.DirectoryRenamed'],
      'properties.destination.endpointType': 'AzureFunction',
    }),
    ...['/functions/pathRenamed'].filter((end) => !target.endsWith(end)),
  ];
}

export const events: Item[] = [
  {
    item: 28,
    says: 'events of closed files go to blobLanded, those of renames to pathRenamed, and what nobody takes is put away with an identity',
    offenders: (compiled) => [
      ...[...ofType(compiled, 'Microsoft.EventGrid/systemTopics')].flatMap((topic) =>
        deviations(topic, {
          'identity.type': 'SystemAssigned',
          'properties.topicType': 'Microsoft.Storage.StorageAccounts',
        }),
      ),
      ...environments.flatMap((environment) =>
        compiled.snapshots[environment].eventing.resources.flatMap((subscription) =>
          listDeviations({ ...subscription, environment }),
        ),
      ),
      ...environments.filter((environment) => {
        const names = compiled.snapshots[environment].eventing.resources.map(({ name }) => name.split('/').at(-1));
        return names.sort().join() !== 'blob-landed,path-renamed';
      }),
    ],
    plants: {
      'both events of a file': (compiled) =>
        change(compiled, 'prod', subscriptionName, 'properties.filter.advancedFilters', []),
      'events that vanish': (compiled) =>
        change(compiled, 'prod', subscriptionName, 'properties.deadLetterWithResourceIdentity', undefined),
      'another function': (compiled) =>
        change(
          compiled,
          'prod',
          subscriptionName,
          'properties.destination.properties.endpointUrl',
          'https://elsewhere',
        ),
      'a topic that is nobody': (compiled) =>
        change(compiled, 'prod', 'evgt-landing-medallion-prod', 'identity', { type: 'None' }),
      'renames that go elsewhere': (compiled) =>
        change(
          compiled,
          'prod',
          'evgt-landing-medallion-prod/path-renamed',
          'properties.destination.properties.resourceId',
          '/elsewhere',
        ),
      'no subscription': ({ snapshots }) => {
        snapshots.dev.eventing.resources.length = 0;
      },
    },
  },
];
