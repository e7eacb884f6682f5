/** What checkov finds and we keep, each with its reason. A finding that is not here fails the check, and so does a reason that nobody needs. */
export interface Accepted {
  readonly check: string;
  readonly resource: RegExp;
  readonly environments: readonly string[];
  readonly reason: string;
}

const open = ['dev', 'test'];
const all = ['dev', 'test', 'prod'];
const settings = /sites\/config\./;

export const accepted: readonly Accepted[] = [
  {
    check: 'CKV_AZURE_59',
    resource: /storageAccounts\./,
    environments: open,
    reason:
      'Serverless compute reaches a closed account only through a connection that an account admin makes by hand; identities guard dev and test.',
  },
  {
    check: 'CKV_AZURE_59',
    resource: /storageAccounts\.medallionhostprod$/,
    environments: ['prod'],
    reason:
      'Event Grid puts away dead letters as a trusted service, which a disabled network might refuse. Everybody else is denied.',
  },
  {
    check: 'CKV_AZURE_35',
    resource: /storageAccounts\./,
    environments: open,
    reason: 'As above: identities guard dev and test, and no real data lie there.',
  },
  {
    check: 'CKV_AZURE_206',
    resource: /storageAccounts\./,
    environments: all,
    reason: 'It asks for a copy in another region. Three zones keep prod; the data are not to leave their region.',
  },
  {
    check: 'CKV2_AZURE_48',
    resource: /workspaces\.dbw/,
    environments: all,
    reason:
      'Keys of our own would need a vault and its upkeep. Nothing of the lakehouse lies in the root storage of the workspace.',
  },
  {
    check: 'CKV_AZURE_158',
    resource: /workspaces\.dbw/,
    environments: open,
    reason:
      'Private links are a part of prod; without a public address the clusters of dev and test are not reached either.',
  },
  {
    check: 'CKV_AZURE_225',
    resource: /serverfarms\.plan/,
    environments: all,
    reason: 'Zones keep two instances of each kind always on, and some regions have none. A key switches them on.',
  },
  {
    check: 'CKV_AZURE_222',
    resource: /Microsoft\.Web\/sites/,
    environments: all,
    reason:
      'Event Grid calls the webhook from outside. In prod its service tag is the only caller that is let through.',
  },
  {
    check: 'CKV_AZURE_17',
    resource: /sites\.func/,
    environments: all,
    reason: 'Callers show a token of Microsoft Entra, and Event Grid has no certificate.',
  },
  {
    check: 'CKV_AZURE_212',
    resource: /sites\.func/,
    environments: all,
    reason:
      'The plan makes instances when there is work; a minimum would cost all day, and nothing is lost while none runs.',
  },
  {
    check: 'CKV_AZURE_213',
    resource: /sites\.func/,
    environments: all,
    reason: 'Flex Consumption takes no notice of a health check path.',
  },
  ...['CKV_AZURE_63', 'CKV_AZURE_65', 'CKV_AZURE_66'].map((check) => ({
    check,
    resource: settings,
    environments: all,
    reason:
      'It looks for the logs of a web server in every configuration of the app. Flex has no such logs; requests are in Application Insights.',
  })),
  {
    check: 'CKV_AZURE_13',
    resource: settings,
    environments: all,
    reason: 'It looks for the first version of the settings; item 9 of the checklist looks at the second.',
  },
  {
    check: 'CKV_AZURE_80',
    resource: settings,
    environments: all,
    reason: 'The app has no .NET.',
  },
  {
    check: 'CKV_AZURE_88',
    resource: settings,
    environments: all,
    reason: 'Azure Files would need a key. Flex pulls the code from a container with an identity.',
  },
];
