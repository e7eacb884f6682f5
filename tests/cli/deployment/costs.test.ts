import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { estimateCosts, formatCosts } from '../../../cli/deployment/costs.ts';
import { readEnvironment } from '../../../environments/environment.ts';
import { bicep, whenThere } from '../../bicep/cli.ts';
import { compiled, resourcesOf } from '../../bicep/compiled.ts';
import { root } from '../../support/root.ts';

const read = (name: string) => readEnvironment(path.join(root, `environments/${name}.json`));
const sum = (name: string, key: 'min' | 'max') =>
  estimateCosts(read(name)).reduce((total, item) => total + item[key], 0);
const find = (name: string, part: string) => estimateCosts(read(name)).find((item) => item.part.includes(part));

/** The part of the estimate that each billed type belongs to. What is free is not here. */
const billed: Record<string, string> = {
  'Microsoft.Web/serverfarms': 'Functions',
  'Microsoft.EventGrid/systemTopics': 'Event Grid',
  'Microsoft.Storage/storageAccounts': 'storage of',
  'Microsoft.Network/natGateways': 'NAT gateway',
  'Microsoft.Network/publicIPAddresses': 'address',
  'Microsoft.Network/privateEndpoints': 'private endpoints',
  'Microsoft.Network/privateDnsZones': 'zones',
  'Microsoft.OperationalInsights/workspaces': 'logs',
  'Microsoft.Insights/scheduledQueryRules': 'alerts',
  'Microsoft.Insights/metricAlerts': 'alerts',
  'Microsoft.Databricks/workspaces': 'jobs of the layers',
};
const free =
  /Authorization|ManagedIdentity|Consumption|diagnosticSettings|actionGroups|activityLogAlerts|workbooks|components|resourceGroups|networkSecurityGroups|virtualNetworks|virtualNetworkLinks|privateDnsZoneGroups|accessConnectors|\/sites|eventSubscriptions|storageAccounts\//;

describe('the estimate of costs', () => {
  it.runIf(bicep)(`has a row for every billed type of the templates${whenThere}`, async () => {
    const types = new Set(resourcesOf(await compiled(), 'prod').map(({ type }) => type));
    expect([...types].filter((type) => !(type in billed) && !free.test(type))).toEqual([]);
    for (const part of Object.values(billed)) expect(find('prod', part), part).toBeDefined();
  });

  it('counts warehouse and jobs from one run a day to as many as there may be', () => {
    const warehouse = find('dev', 'warehouse');
    expect(warehouse?.max).toBeGreaterThan(20 * (warehouse?.min ?? 0));
    expect(warehouse?.max).toBeGreaterThan(1000);
  });

  it('has an upper bound that a minimum time between runs brings down', () => {
    const estimate = (minSecondsBetweenRuns: number) => {
      const { tuning, ...environment } = read('dev');
      const batches = { ...tuning.batches, minSecondsBetweenRuns };
      return estimateCosts({ ...environment, tuning: { ...tuning, batches } });
    };
    const total = (seconds: number) => estimate(seconds).reduce((sum, { max }) => sum + max, 0);
    const get = (seconds: number) => estimate(seconds).find(({ part }) => part === 'jobs of the layers')?.max ?? 0;
    expect(get(0) / get(900)).toBeCloseTo(5);
    expect(total(900)).toBeLessThan(total(0) / 2);
    expect(formatCosts(read('dev'))).toContain('at 1 and at 96 runs a day');
    expect(formatCosts(read('prod'))).toContain('at 1 and at 288 runs a day');
  });

  it('knows what private networks, zones and streams cost', () => {
    expect(find('dev', 'private endpoints')).toBeUndefined();
    expect(find('prod', 'private endpoints')?.min).toBeGreaterThan(70);
    const { deployment, modes, tuning } = read('dev');
    if (!deployment) throw new Error("'dev' is deployed.");
    const zones = { ...deployment, app: { ...deployment.app, isZoneRedundant: true } };
    const always = estimateCosts({ deployment: zones, modes, tuning }).find(({ part }) => part.includes('always on'));
    expect(always?.min).toBeGreaterThan(100);
    const streams = estimateCosts({ deployment, tuning, modes: { ...modes, bronze: 'continuous' } });
    expect(streams.find(({ part }) => part.includes('streams'))?.min).toBeGreaterThan(300);
  });

  it('says with which prices, of which day, it was computed', () => {
    const prices = JSON.parse(readFileSync(path.join(root, 'cli/deployment/prices.json'), 'utf8')) as { date: string };
    expect(formatCosts(read('dev'))).toContain(`Prices of ${prices.date}: list prices`);
  });

  it.for(['dev', 'test', 'prod'])('of %s has a lower bound that its budget allows', (name) => {
    expect(sum(name, 'min')).toBeLessThanOrEqual(read(name).deployment?.budget.monthly ?? 0);
  });
});
