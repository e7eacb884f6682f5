import { type Compiled, type EnvironmentName, environments, resourcesOf } from './compiled.ts';

/** In what one environment may differ from another, by the path of the value. All of it comes from the environment's file. */
const agreed = [
  // sizes and durations
  /sites\/func\.properties\.functionAppConfig\.scaleAndConcurrency\.maximumInstanceCount$/,
  /workspaces\/log(-audit)?\.properties\.(retentionInDays|workspaceCapping\.dailyQuotaGb)$/,
  /scheduledQueryRules\/alert-no-data\.properties\.(windowSize|description)$/,
  /budgets\/budget\.properties\.amount$/,
  // how often a byte is kept
  /storageAccounts\/\w+\.sku\.name$/,
  /workspaces\/dbw\.properties\.parameters\.storageAccountSkuName\.value$/,
  // who can reach it
  /storageAccounts\/\w+\.properties\.(publicNetworkAccess|networkAcls\.defaultAction)$/,
  /workspaces\/dbw\.properties\.(publicNetworkAccess|requiredNsgRules|defaultStorageFirewall)$/,
  /sites\/func\.properties\.siteConfig\.(scmIpS|ipS)ecurityRestrictions(DefaultAction$|\.|$)/,
  /virtualNetworks\/vnet\.properties\..*addressPrefix(es)?(\.\d+)?$/,
  // who deploys it: agents inside its network
  /virtualNetworks\/vnet\.properties\.subnets\.4\.properties\.delegations/,
  // who tests it: nobody in prod
  /userAssignedIdentities\/id-tester\./,
  // whose it is
  /\.(name|id|tags\.environment)$/,
];

/** What prod has besides. */
const onlyInProd = /^Microsoft\.(Network\/private|Authorization\/locks)/;

/** Everything that is said of an environment, by path, with the environment's own name left out. */
function told(compiled: Compiled, environment: EnvironmentName): Map<string, string> {
  const values = new Map<string, string>();
  // Not the beginning of another word: devops is nobody's environment.
  const own = new RegExp(`${environment}(?![a-z])`, 'g');
  const walk = (value: unknown, place: string) => {
    if (typeof value !== 'object' || value === null) {
      values.set(
        place,
        String(value)
          .replaceAll(own, 'ENV')
          .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'GUID'),
      );
      return;
    }
    if (Array.isArray(value) && value.length === 0) values.set(place, 'none');
    for (const [key, each] of Object.entries(value)) walk(each, `${place}.${key}`);
  };
  const seen = new Map<string, number>();
  for (const resource of resourcesOf(compiled, environment)) {
    const short = resource.name
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, 'GUID')
      .replaceAll(own, 'ENV')
      .replaceAll('-medallion-ENV', '');
    const key = `${resource.type}/${short}`;
    const turn = seen.get(key) ?? 0;
    seen.set(key, turn + 1);
    walk(resource, turn === 0 ? key : `${key}#${turn}`);
  }
  return values;
}

/** Differences that nobody has agreed on. */
export function strangeDifferences(compiled: Compiled): string[] {
  const [dev, ...others] = environments.map((environment) => ({ environment, values: told(compiled, environment) }));
  return others.flatMap(({ environment, values }) =>
    [...new Set([...(dev?.values.keys() ?? []), ...values.keys()])]
      .filter((place) => dev?.values.get(place) !== values.get(place))
      .filter((place) => !agreed.some((pattern) => pattern.test(place)))
      .filter((place) => !(environment === 'prod' && onlyInProd.test(place)))
      .map((place) => `${place}: dev '${dev?.values.get(place)}', ${environment} '${values.get(place)}'`),
  );
}
