import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { isStorageClosed } from '../../environments/deployment.ts';
import type { Environment } from '../../environments/environment.ts';
import { logAlerts } from '../../medallion/alerts.ts';
import { metricAlerts } from '../../medallion/metric-alerts.ts';
import { UserError } from '../user-error.ts';

const Prices = z.strictObject({
  date: z.iso.date(),
  source: z.string(),
  hoursPerMonth: z.number(),
  natGatewayHour: z.number(),
  publicAddressHour: z.number(),
  privateEndpointHour: z.number(),
  privateZoneMonth: z.number(),
  serverlessEndpointHour: z.number(),
  logGigabyte: z.number(),
  logAlertMonth: z.number(),
  metricAlertMonth: z.number(),
  storageGigabyteMonth: z.record(z.enum(['Standard_LRS', 'Standard_ZRS']), z.number()),
  appAlwaysReadyGigabyteSecond: z.number(),
  appExecutions: z.number(),
  eventGridMillion: z.number(),
  dbuServerlessJob: z.number(),
  dbuServerlessSql: z.number(),
  dbuClassicJob: z.number(),
  machineHourD4ds: z.number(),
});
const prices = Prices.parse(JSON.parse(readFileSync(path.join(import.meta.dirname, 'prices.json'), 'utf8')));

/** What somebody has to assume. The estimate prints these beside its sums. */
const assumed = {
  storedGigabytes: 500,
  logGigabytesPerDay: 0.3,
  minRunsPerDay: 1,
  /** The next run begins when the last has ended, so a trickle of files computes all day. */
  secondsPerRun: 180,
  dbuPerRun: 1.5,
  dbuPerMaintenance: 2,
  /** A 2X-Small warehouse. It stops five minutes after its last statement. */
  warehouseDbuPerHour: 4,
  warehouseMinutesPerRun: 8,
  clusterMachines: 2,
  clusterDbuPerHour: 2,
} as const;

export interface CostItem {
  readonly part: string;
  readonly min: number;
  readonly max: number;
}

const fixed = (part: string, amount: number): CostItem => ({ part, min: amount, max: amount });
const daysPerMonth = 30;

type Estimated = Pick<Environment, 'deployment' | 'modes' | 'tuning'>;

/** As many as there may be: runs take turns, and begin no sooner than the file says. */
const getMaxRunsPerDay = ({ tuning }: Pick<Estimated, 'tuning'>): number =>
  Math.floor(86_400 / Math.max(tuning.batches.minSecondsBetweenRuns, assumed.secondsPerRun));

/** What an environment costs in a month by its file, at one run a day and at as many as there may be. */
export function estimateCosts({ deployment, modes, tuning }: Estimated): readonly CostItem[] {
  if (!deployment) throw new UserError('One machine costs nothing that a deployment could estimate.');
  const { hoursPerMonth } = prices;
  const gigabytes = Math.min(deployment.logs.dailyGigabytes ?? assumed.logGigabytesPerDay, assumed.logGigabytesPerDay);
  const streams = Object.values(modes).filter((mode) => mode === 'continuous').length;
  const items = [
    {
      part: 'Functions, Event Grid and storage operations',
      min: 1,
      max: prices.appExecutions + prices.eventGridMillion,
    },
    fixed('NAT gateway and its address', (prices.natGatewayHour + prices.publicAddressHour) * hoursPerMonth),
    fixed(
      `storage of ${assumed.storedGigabytes} GB`,
      assumed.storedGigabytes * prices.storageGigabyteMonth[deployment.redundancy],
    ),
    fixed('logs', gigabytes * daysPerMonth * prices.logGigabyte),
    fixed('alerts', logAlerts.length * prices.logAlertMonth + countMetricAlerts() * prices.metricAlertMonth),
    ...estimateAlwaysOn(deployment),
    ...estimateNetwork(deployment),
    ...estimateRuns(getMaxRunsPerDay({ tuning })),
  ];
  if (streams === 0) return items;
  const hour = assumed.clusterMachines * prices.machineHourD4ds + assumed.clusterDbuPerHour * prices.dbuClassicJob;
  return [...items, fixed(`clusters of ${streams} streams`, streams * hour * hoursPerMonth)];
}

const accounts = 3;

const countMetricAlerts = () =>
  metricAlerts.reduce((sum, { source }) => sum + (source === 'account' ? accounts : 1), 0);

/** Two instances for each of four groups: http, blobs, orchestrations and timers. */
function estimateAlwaysOn({ app }: NonNullable<Environment['deployment']>): CostItem[] {
  if (!app.isZoneRedundant) return [];
  const gigabytes = (8 * app.instanceMemoryMB) / 1024;
  const seconds = prices.hoursPerMonth * 3600;
  return [fixed('instances in zones that are always on', gigabytes * seconds * prices.appAlwaysReadyGigabyteSecond)];
}

function estimateNetwork(deployment: NonNullable<Environment['deployment']>): CostItem[] {
  if (!isStorageClosed(deployment)) return [];
  const endpoints = 10 * prices.privateEndpointHour + 4 * prices.serverlessEndpointHour;
  const zones = deployment.hubZones === undefined ? 6 * prices.privateZoneMonth : 0;
  return [
    fixed('private endpoints, their zones, and those of serverless compute', endpoints * prices.hoursPerMonth + zones),
  ];
}

/** A warehouse that gates a run before it has stopped after the last one never stops: the upper bound. */
function estimateRuns(maxRuns: number): CostItem[] {
  const { dbuPerMaintenance, dbuPerRun, minRunsPerDay, warehouseDbuPerHour, warehouseMinutesPerRun } = assumed;
  const perMonth = (runs: number, price: number) => runs * daysPerMonth * price;
  const job = dbuPerRun * prices.dbuServerlessJob;
  const gates = (warehouseMinutesPerRun / 60) * warehouseDbuPerHour * prices.dbuServerlessSql;
  const day = 24 * warehouseDbuPerHour * prices.dbuServerlessSql;
  return [
    { part: 'jobs of the layers', min: perMonth(minRunsPerDay, job), max: perMonth(maxRuns, job) },
    {
      part: 'warehouse of gates and releases',
      min: perMonth(minRunsPerDay, gates),
      max: daysPerMonth * Math.min(day, maxRuns * gates),
    },
    fixed('maintenance', perMonth(1, dbuPerMaintenance * prices.dbuServerlessJob)),
  ];
}

const toDollars = (amount: number) => Math.round(amount).toLocaleString('en-US');

export function formatCosts(environment: Estimated): string {
  const items = estimateCosts(environment);
  const sum = (key: 'min' | 'max') => items.reduce((total, item) => total + item[key], 0);
  return [
    `## Costs per month in US dollars, at ${assumed.minRunsPerDay} and at ${getMaxRunsPerDay(environment)} runs a day`,
    '',
    '| part | from | to |',
    '| --- | --- | --- |',
    ...items.map((item) => `| ${item.part} | ${toDollars(item.min)} | ${toDollars(item.max)} |`),
    `| **sum** | ${toDollars(sum('min'))} | ${toDollars(sum('max'))} |`,
    '',
    `Prices of ${prices.date}: ${prices.source}.`,
  ].join('\n');
}
