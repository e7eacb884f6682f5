import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../cli.ts';
import { at, type Compiled, change, environments, type Item, ofType } from '../compiled.ts';

const name = 'func-medallion-prod/appsettings';
const settingsOf = (config: object) => at(config, 'properties') as Record<string, string>;

/** The one key that anybody asks for: the Functions host makes it, for the webhook of one extension. */
const theWebhooksKey = /listKeys\('\$\{app\.id\}\/host\/default', '2025-03-01'\)\.systemKeys\.blobs_extension/;
const secretive =
  /list[A-Z]\w*\(|\.list[A-Z]\w*\(|AccountKey|SharedAccess|accountSas|serviceSas|password\s*[:=]|clientSecret(?!SettingName)/i;

const allowedSettings = [
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'AzureWebJobsDisableHomepage',
  'AzureWebJobsStorage__blobServiceUri',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__credential',
  'AzureWebJobsStorage__queueServiceUri',
  'AzureWebJobsStorage__tableServiceUri',
  'FUNCTIONS_NODE_BLOCK_ON_ENTRY_POINT_ERROR',
  'LANDING__blobServiceUri',
  'LANDING__clientId',
  'LANDING__credential',
  'LANDING__queueServiceUri',
  'MEDALLION_CLIENT_ID',
  'MEDALLION_ENVIRONMENT',
  'MEDALLION_RELEASE',
  'MEDALLION_TENANT',
  'MEDALLION_WAREHOUSE_ID',
  'MEDALLION_WORKSPACE_URL',
  'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID',
  'SWEEP_SCHEDULE',
  'TASK_HUB',
];

/** Settings that the code and its host ask for by name. */
function asked(): string[] {
  const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
  const named = [...`${read('host.json')}${read('functions/register.ts')}`.matchAll(/%(\w+)%/g)].map(
    ([, name]) => name,
  );
  const connections = [...read('functions/register.ts').matchAll(/connection: '(\w+)'/g)].map(
    ([, name]) => `${name}__credential`,
  );
  return [...named, ...connections, 'MEDALLION_ENVIRONMENT'] as string[];
}

const forbiddenOnFlex =
  /^(FUNCTIONS_(WORKER_RUNTIME|EXTENSION_VERSION)|WEBSITE_(RUN_FROM_PACKAGE|CONTENT.*|TIME_ZONE|NODE_DEFAULT_VERSION)|SCM_DO_BUILD_DURING_DEPLOYMENT|ENABLE_ORYX_BUILD|TZ)$/;

const plantSetting = (setting: string, value: string) => (compiled: Compiled) =>
  change(compiled, 'prod', name, `properties.${setting}`, value);

export const settings: Item[] = [
  {
    item: 5,
    says: 'no template asks for a key, but the one that the webhook has to show, and none gives one away',
    offenders: ({ snapshots, sources }) => [
      ...Object.entries(sources).flatMap(([file, text]) =>
        file.endsWith('.bicep') && secretive.test(text.replace(theWebhooksKey, '')) ? [file] : [],
      ),
      ...(Object.values(sources).filter((text) => theWebhooksKey.test(text)).length === 1 ? [] : ['more than one key']),
      ...environments.flatMap((environment) =>
        Object.values(snapshots[environment]).flatMap(({ outputs }) =>
          Object.entries(outputs).flatMap(([name, value]) =>
            /list[A-Z]|key|secret|connection/i.test(`${name} ${JSON.stringify(value)}`) ? [name] : [],
          ),
        ),
      ),
    ],
    plants: {
      'a template that asks for a key': ({ sources }) => {
        sources['bicep/modules/account.bicep'] += '\nvar key = account.listKeys().keys[0].value\n';
      },
      'an output that gives it away': ({ snapshots }) => {
        snapshots.dev.main.outputs['storage'] = "[listKeys('…', '2025-06-01').keys[0].value]";
      },
    },
  },
  {
    item: 6,
    says: 'every setting is known, none is secret, the identity ones are there, and none is of another plan',
    offenders: (compiled) =>
      [...ofType(compiled, 'Microsoft.Web/sites/config')]
        .filter((each) => each.name.endsWith('/appsettings'))
        .flatMap((config) => {
          const settings = settingsOf(config);
          const names = Object.keys(settings);
          const told = Object.entries(settings).map((pair) => pair.join('='));
          return [
            ...names.filter((name) => !allowedSettings.includes(name) || forbiddenOnFlex.test(name)),
            ...[...allowedSettings, ...asked()].filter((name) => !names.includes(name)),
            ...told.filter((each) =>
              /list[A-Z]|AccountKey|SharedAccess|secret|password|InstrumentationKey=/i.test(each),
            ),
          ];
        }),
    plants: {
      'a setting nobody knows': plantSetting('COLOUR', 'red'),
      'a key among the settings': plantSetting('LANDING__blobServiceUri', 'AccountKey=abc'),
      'a connection without its identity': (compiled) =>
        change(compiled, 'prod', name, 'properties', { TASK_HUB: 'Medallion' }),
      ...Object.fromEntries(
        ['FUNCTIONS_WORKER_RUNTIME', 'FUNCTIONS_EXTENSION_VERSION', 'WEBSITE_RUN_FROM_PACKAGE', 'WEBSITE_TIME_ZONE']
          .concat('WEBSITE_CONTENTSHARE', 'SCM_DO_BUILD_DURING_DEPLOYMENT', 'ENABLE_ORYX_BUILD', 'TZ')
          .map((name) => [`${name}, which Flex forbids`, plantSetting(name, '1')]),
      ),
    },
  },
];
