import { readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../cli.ts';
import { at, type Compiled, change, deviations, type Item, ofType } from '../compiled.ts';

const func = 'func-medallion-prod';
const sites = (compiled: Compiled) => [...ofType(compiled, 'Microsoft.Web/sites')];
/** What the page is made of. It shows nothing before somebody signs in. */
const listPagePaths = () => [
  '/',
  ...['main.js', 'api.js', 'dom.js', 'reason.js', 'style.css', 'icon.svg'].map((name) => `/${name}`),
  ...readdirSync(path.join(root, 'dashboard'))
    .filter((name) => !name.includes('.'))
    .map((name) => `/${name}/*`),
];

const packageIdentity = 'properties.functionAppConfig.deployment.storage.authentication.userAssignedIdentityResourceId';

const configs = (compiled: Compiled, kind: string) =>
  [...ofType(compiled, 'Microsoft.Web/sites/config')].filter(({ name }) => name.endsWith(`/${kind}`));

export const app: Item[] = [
  {
    item: 7,
    says: 'code is deployed and pulled with an identity, to Node 24 on a plan of its own',
    offenders: (compiled) =>
      sites(compiled).flatMap((site) => [
        ...(String(at(site, packageIdentity)).includes('.outputs.packagesResourceId.value')
          ? []
          : [`${site.environment}: the operator could change its own code`]),
        ...deviations(site, {
          'properties.functionAppConfig.deployment.storage.type': 'blobContainer',
          'properties.functionAppConfig.deployment.storage.authentication.type': 'UserAssignedIdentity',
          'properties.functionAppConfig.runtime': { name: 'node', version: '24' },
          'identity.type': 'UserAssigned',
        }),
      ]),
    plants: {
      'a package behind a key': (compiled) =>
        change(compiled, 'prod', func, 'properties.functionAppConfig.deployment.storage.authentication', {
          type: 'StorageAccountConnectionString',
        }),
      'a package of the operator itself': (compiled) => change(compiled, 'prod', func, packageIdentity, 'id-operator'),
      'an old Node': (compiled) => change(compiled, 'prod', func, 'properties.functionAppConfig.runtime.version', '20'),
    },
  },
  {
    item: 8,
    says: 'the app speaks TLS only, and opens no side door',
    offenders: (compiled) => [
      ...sites(compiled).flatMap((site) => [
        ...deviations(site, {
          'properties.httpsOnly': true,
          'properties.siteConfig.ftpsState': 'Disabled',
          'properties.siteConfig.minTlsVersion': '1.2',
          'properties.siteConfig.scmMinTlsVersion': '1.2',
          'properties.siteConfig.remoteDebuggingEnabled': false,
          'properties.siteConfig.cors.allowedOrigins': [],
        }),
        ...(site.environment === 'prod'
          ? deviations(site, {
              'properties.siteConfig.ipSecurityRestrictionsDefaultAction': 'Deny',
              'properties.siteConfig.scmIpSecurityRestrictionsDefaultAction': 'Deny',
            })
          : []),
      ]),
      ...[...ofType(compiled, 'Microsoft.Web/sites/basicPublishingCredentialsPolicies')].flatMap((policy) =>
        deviations(policy, { 'properties.allow': false }),
      ),
    ],
    plants: {
      'plain HTTP': (compiled) => change(compiled, 'dev', 'func-medallion-dev', 'properties.httpsOnly', false),
      FTP: (compiled) => change(compiled, 'prod', func, 'properties.siteConfig.ftpsState', 'AllAllowed'),
      'an old TLS': (compiled) => change(compiled, 'prod', func, 'properties.siteConfig.minTlsVersion', '1.0'),
      'every origin': (compiled) => change(compiled, 'prod', func, 'properties.siteConfig.cors.allowedOrigins', ['*']),
      'a debugger': (compiled) => change(compiled, 'prod', func, 'properties.siteConfig.remoteDebuggingEnabled', true),
      'a password': (compiled) => change(compiled, 'prod', `${func}/scm`, 'properties.allow', true),
      'a public address in prod': (compiled) =>
        change(compiled, 'prod', func, 'properties.siteConfig.ipSecurityRestrictionsDefaultAction', 'Allow'),
    },
  },
  {
    item: 9,
    says: 'nobody calls without a token for this API from a known client, but for health, the webhook and the page itself',
    offenders: (compiled) =>
      configs(compiled, 'authsettingsV2').flatMap((config) => {
        const directory = 'properties.identityProviders.azureActiveDirectory';
        const validation = at(config, `${directory}.validation`);
        return [
          ...deviations(config, {
            'properties.platform.enabled': true,
            'properties.globalValidation.requireAuthentication': true,
            'properties.globalValidation.unauthenticatedClientAction': 'Return401',
            'properties.globalValidation.excludedPaths': [...listPagePaths(), '/api/health', '/runtime/webhooks/blobs'],
            'properties.httpSettings.requireHttps': true,
            [`${directory}.registration.clientSecretSettingName`]: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID',
          }),
          ...['allowedAudiences', 'defaultAuthorizationPolicy.allowedApplications'].filter(
            (place) => ((at(validation, place) ?? []) as string[]).length === 0,
          ),
        ];
      }),
    plants: {
      'a switched-off sign-in': (compiled) =>
        change(compiled, 'test', 'func-medallion-test/authsettingsV2', 'properties.platform.enabled', false),
      'strangers let in': (compiled) =>
        change(
          compiled,
          'prod',
          `${func}/authsettingsV2`,
          'properties.globalValidation.unauthenticatedClientAction',
          'AllowAnonymous',
        ),
      'one more open path': (compiled) =>
        change(compiled, 'prod', `${func}/authsettingsV2`, 'properties.globalValidation.excludedPaths', ['/api/*']),
      'tokens of any client': (compiled) =>
        change(
          compiled,
          'prod',
          `${func}/authsettingsV2`,
          'properties.identityProviders.azureActiveDirectory.validation.defaultAuthorizationPolicy',
          {},
        ),
    },
  },
];
