metadata name = 'Settings'
metadata description = 'All settings of the app and how people sign in. They are written with the code, for which they are meant.'

import { accountOf, nameOf, suffixOf } from 'shared/naming.bicep'
import { environmentType } from 'shared/environment.bicep'

@description('Required. The environment, as its file describes it.')
param environment environmentType

@description('Required. Application id of the app registration that stands for the API.')
param applicationId string

@description('Required. Id of the SQL warehouse.')
param warehouseId string

@description('Required. Release of the package, which is written after it.')
param release string

@description('Required. Host name of the Databricks workspace.')
param workspaceUrl string

var suffix = suffixOf(environment)

// The page signs people in as the API itself. Azure CLI signs in whoever types a command, and the pipeline deploys.
var azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'

// Easy Auth reads the client secret from a setting; this one tells it to show the identity's own assertion instead.
var assertionSetting = 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'

resource operator 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: nameOf('id-operator', suffix)
}

resource pipeline 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: nameOf('id-pipeline', suffix)
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: nameOf('appi', suffix)
}

resource landing 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountOf(environment.landing.account)
}

resource host 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: accountOf(environment.stateTable.account)
}

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: nameOf('func', suffix)

  resource settings 'config' = {
    name: 'appsettings'
    properties: {
      // The page at the root is the app's own.
      AzureWebJobsDisableHomepage: 'true'
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: operator.properties.clientId
      AzureWebJobsStorage__blobServiceUri: host.properties.primaryEndpoints.blob
      AzureWebJobsStorage__queueServiceUri: host.properties.primaryEndpoints.queue
      AzureWebJobsStorage__tableServiceUri: host.properties.primaryEndpoints.table
      APPLICATIONINSIGHTS_CONNECTION_STRING: component.properties.ConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${operator.properties.clientId};Authorization=AAD'
      // Without it an app whose entry point fails would be healthy and have no functions.
      FUNCTIONS_NODE_BLOCK_ON_ENTRY_POINT_ERROR: 'true'
      LANDING__credential: 'managedidentity'
      LANDING__clientId: operator.properties.clientId
      LANDING__blobServiceUri: landing.properties.primaryEndpoints.blob
      // Events that fail again and again are put away beside the host's own queues: the landing zone holds files only.
      LANDING__queueServiceUri: host.properties.primaryEndpoints.queue
      MEDALLION_CLIENT_ID: operator.properties.clientId
      MEDALLION_ENVIRONMENT: environment.name
      MEDALLION_RELEASE: release
      MEDALLION_TENANT: tenant().tenantId
      MEDALLION_WAREHOUSE_ID: warehouseId
      MEDALLION_WORKSPACE_URL: 'https://${workspaceUrl}'
      SWEEP_SCHEDULE: '0 */${environment.deployment.schedule.sweepIntervalMinutes} * * * *'
      TASK_HUB: 'Medallion'
      '${assertionSetting}': operator.properties.clientId
    }
  }

  resource signIn 'config' = {
    name: 'authsettingsV2'
    dependsOn: [settings]
    properties: {
      platform: { enabled: true, runtimeVersion: '~1' }
      globalValidation: {
        requireAuthentication: true
        unauthenticatedClientAction: 'Return401'
        // The page is public source and shows nothing before somebody signs in there. Health tells nothing but itself; Event
        // Grid shows the key of its webhook.
        excludedPaths: [
          '/'
          '/main.js'
          '/api.js'
          '/dom.js'
          '/reason.js'
          '/style.css'
          '/icon.svg'
          '/parts/*'
          '/api/health'
          '/runtime/webhooks/blobs'
        ]
      }
      httpSettings: { requireHttps: true }
      identityProviders: {
        azureActiveDirectory: {
          enabled: true
          registration: {
            clientId: applicationId
            clientSecretSettingName: assertionSetting
            openIdIssuer: '${az.environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
          }
          validation: {
            allowedAudiences: [applicationId, 'api://${applicationId}']
            defaultAuthorizationPolicy: {
              allowedApplications: [applicationId, azureCli, pipeline.properties.clientId]
            }
          }
        }
      }
      login: { tokenStore: { enabled: false } }
    }
  }
}
