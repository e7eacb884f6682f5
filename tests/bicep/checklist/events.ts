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

export const events: Item[] = [
  {
    item: 28,
    says: 'events of closed files in the landing zone go to blobLanded, and those that nobody takes are put away with an identity',
    offenders: (compiled) => [
      ...[...ofType(compiled, 'Microsoft.EventGrid/systemTopics')].flatMap((topic) =>
        deviations(topic, {
          'identity.type': 'SystemAssigned',
          'properties.topicType': 'Microsoft.Storage.StorageAccounts',
        }),
      ),
      ...environments.flatMap((environment) =>
        compiled.snapshots[environment].eventing.resources.flatMap((subscription) => [
          ...deviations(
            { ...subscription, environment },
            {
              type: 'Microsoft.EventGrid/systemTopics/eventSubscriptions',
              'properties.filter.includedEventTypes': ['Microsoft.Storage.BlobCreated'],
              'properties.filter.subjectBeginsWith': '/blobServices/default/containers/landing/',
              'properties.filter.advancedFilters': [
                { operatorType: 'StringIn', key: 'data.api', values: toldLocally() },
              ],
              'properties.deadLetterWithResourceIdentity.identity.type': 'SystemAssigned',
              'properties.deadLetterWithResourceIdentity.deadLetterDestination.properties.blobContainerName':
                'deadletters',
              'properties.destination.properties.minimumTlsVersionAllowed': '1.2',
            },
          ),
          ...['https://', '/runtime/webhooks/blobs', 'Host.Functions.blobLanded'].filter(
            (part) => !String(at(subscription, 'properties.destination.properties.endpointUrl')).includes(part),
          ),
        ]),
      ),
      ...environments.filter((environment) => compiled.snapshots[environment].eventing.resources.length !== 1),
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
      'no subscription': ({ snapshots }) => {
        snapshots.dev.eventing.resources.length = 0;
      },
    },
  },
];
