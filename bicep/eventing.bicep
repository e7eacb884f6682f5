metadata name = 'Eventing'
metadata description = 'Second stage: Event Grid asks the function whether it is there before it sends events, so the code comes first.'

import { accountOf, deadLetters, nameOf, suffixOf } from 'shared/naming.bicep'
import { environmentType } from 'shared/environment.bicep'

@description('Required. The environment, as its file describes it.')
param environment environmentType

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: nameOf('func', suffixOf(environment))
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: nameOf('evgt-landing', suffixOf(environment))
}

resource host 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountOf(environment.stateTable.account)
}

// The extension makes this key with the first start of the code. It opens this one door, and it is written nowhere: Event
// Grid takes it as a secret part of the address.
var key = listKeys('${app.id}/host/default', '2025-03-01').systemKeys.blobs_extension
var door = 'https://${app.properties.defaultHostName}/runtime/webhooks/blobs'

var landingFolder = '/blobServices/default/containers/${environment.landing.container}/'
var retryPolicy = { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
var deadLettering = {
  identity: { type: 'SystemAssigned' }
  deadLetterDestination: {
    endpointType: 'StorageBlob'
    properties: { resourceId: host.id, blobContainerName: deadLetters }
  }
}

resource subscription 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'blob-landed'
  properties: {
    eventDeliverySchema: 'EventGridSchema'
    destination: {
      endpointType: 'WebHook'
      properties: {
        endpointUrl: '${door}?functionName=Host.Functions.blobLanded&code=${key}'
        maxEventsPerBatch: 1
        minimumTlsVersionAllowed: '1.2'
      }
    }
    filter: {
      includedEventTypes: ['Microsoft.Storage.BlobCreated']
      subjectBeginsWith: landingFolder
      // A file in a real folder is told of twice: when it is made, with nothing in it, and when it is closed.
      advancedFilters: [
        {
          operatorType: 'StringIn'
          key: 'data.api'
          values: ['CopyBlob', 'FlushWithClose', 'PutBlob', 'PutBlockList', 'SftpCommit']
        }
      ]
    }
    retryPolicy: retryPolicy
    deadLetterWithResourceIdentity: deadLettering
  }
}

// Who writes aside and renames raises no event of a new file.
resource renames 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'path-renamed'
  properties: {
    eventDeliverySchema: 'EventGridSchema'
    destination: {
      endpointType: 'AzureFunction'
      properties: { resourceId: '${app.id}/functions/pathRenamed', maxEventsPerBatch: 1 }
    }
    filter: {
      includedEventTypes: ['Microsoft.Storage.BlobRenamed', 'Microsoft.Storage.DirectoryRenamed']
      subjectBeginsWith: landingFolder
    }
    retryPolicy: retryPolicy
    deadLetterWithResourceIdentity: deadLettering
  }
}

@description('Resource id of the subscription.')
output resourceId string = subscription.id
