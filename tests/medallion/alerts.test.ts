import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listFiring } from '../../bench/harness/evaluate-log-alert.ts';
import { type ActivityAlert, activityAlerts } from '../../medallion/activity-alerts.ts';
import { logAlerts } from '../../medallion/alerts.ts';
import { events } from '../../medallion/events.ts';
import { metricAlerts } from '../../medallion/metric-alerts.ts';
import { alertStories, createLandedPorts, landAt, retainAt, sweepAt, toMoment } from '../support/alert-stories.ts';
import { isFiring, isTold } from '../support/evaluate-alert.ts';
import { createFakePorts, type FakePorts } from '../support/fake-ports.ts';
import { parseEvent } from '../support/logged-events.ts';
import { metricStories } from '../support/metric-stories.ts';
import { root } from '../support/root.ts';

const all = [...logAlerts, ...metricAlerts, ...activityAlerts];

describe('the list of alerts', () => {
  it('has each name once, and a story for each that waits for lines', () => {
    const names = all.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(Object.keys(alertStories).sort()).toEqual(logAlerts.map(({ name }) => name).sort());
  });

  it('waits for fields that the catalogue of events has', () => {
    const unknown = logAlerts.flatMap(({ by, lines }) =>
      lines.flatMap((filter) => {
        if (!('event' in filter)) return [];
        const fields = [...(filter.where ?? []).map(({ field }) => field), ...(by ? [by] : [])];
        return fields
          .filter((field) => !(field in events[filter.event].fields.shape))
          .map((field) => `${filter.event}.${field}`);
      }),
    );
    expect(unknown).toEqual([]);
  });

  it.for(all)('says in the runbook what to do: $name', ({ name, page }) => {
    const text = readFileSync(path.join(root, `docs/runbook/${page}.md`), 'utf8');
    const section = text.split(/^## /m).find((part) => part.startsWith(`${name}\n`));
    expect(section?.split(/\s+/).length).toBeGreaterThan(20);
  });
});

const workWell = async (ports: FakePorts) => [
  ...(await sweepAt(ports, 1410, 1425, 1440)),
  ...(await retainAt(ports, 1410)),
  ...(await landAt(createLandedPorts(), 1430)),
];

describe('an alert', () => {
  it.for(logAlerts)('fires by its fault and closes when it is mended: $name', async (alert) => {
    const story = await alertStories[alert.name]?.();
    if (!story) throw new Error(`Nothing tells when '${alert.name}' fires.`);
    const { curedAt, faultAt, lines, subjects = [''] } = story;
    for (const { text } of lines) if (text.startsWith('{')) parseEvent(text);
    expect(listFiring(alert, lines, toMoment(faultAt)).sort()).toEqual([...subjects].sort());
    expect(listFiring(alert, lines, toMoment(curedAt))).toEqual([]);
  });

  it('tells of an erasure that is not done although each maintenance ends well', async () => {
    const ports = createFakePorts();
    const record = { at: toMoment(1400).toISOString(), erased: {}, waiting: [], overdue: 1 };
    ports.texts.set('maintenance/00000001-a.json', JSON.stringify(record));
    const lines = await workWell(ports);
    const firing = logAlerts.filter((alert) => listFiring(alert, lines, toMoment(1441)).length > 0);
    expect(firing.map(({ name }) => name)).toEqual(['erasure-late']);
  });

  it('tells of a retention that fails for four hours, and of no single call', async () => {
    const ports = createLandedPorts();
    const broken = { ...ports, lake: { ...ports.lake, listControl: () => Promise.reject(new Error('HTTP 403.')) } };
    const lines = [...(await retainAt(ports, 30)), ...(await retainAt(broken, 90, 150, 210, 270))];
    const alert = logAlerts.filter(({ name }) => name === 'retention-failed');
    const hasFired = (minute: number) => alert.some((each) => listFiring(each, lines, toMoment(minute)).length > 0);
    expect([hasFired(91), hasFired(211), hasFired(271)]).toEqual([false, false, true]);
  });

  it('is silent while all is well', async () => {
    const ports = createFakePorts();
    const record = { at: toMoment(1400).toISOString(), erased: {}, waiting: [] };
    ports.texts.set('maintenance/00000001-a.json', JSON.stringify(record));
    const lines = await workWell(ports);
    expect(logAlerts.filter((alert) => listFiring(alert, lines, toMoment(1441)).length > 0)).toEqual([]);
  });
});

describe('an alert on a number of Azure', () => {
  it.for(metricAlerts)('fires on a recorded series, and closes: $name', (alert) => {
    const { curedAt, faultAt, series } = metricStories[alert.name] ?? { series: [], faultAt: 0, curedAt: 0 };
    expect(isFiring(alert, series, toMoment(10))).toBe(false);
    expect(isFiring(alert, series, toMoment(faultAt))).toBe(true);
    expect(isFiring(alert, series, toMoment(curedAt))).toBe(false);
  });

  it('has a story, and no story is left over', () => {
    expect(Object.keys(metricStories).sort()).toEqual(metricAlerts.map(({ name }) => name).sort());
  });
});

describe('an alert on an act in Azure', () => {
  const signIn = activityAlerts.find(({ name }) => name === 'sign-in-changed') as ActivityAlert;
  const write = { category: 'Administrative', status: 'Succeeded', operationName: 'Microsoft.Web/sites/config/write' };

  it('tells of sign-in settings that somebody has changed or deleted, once', () => {
    const acts = [
      { ...write, status: 'Started' },
      write,
      { ...write, operationName: 'Microsoft.Web/sites/config/delete', status: 'Started' },
      { ...write, operationName: 'Microsoft.Web/sites/config/delete' },
    ];
    expect(acts.filter((act) => isTold(signIn, act))).toHaveLength(2);
  });

  it.for([
    { title: 'a look at them', act: { ...write, operationName: 'Microsoft.Web/sites/config/list/action' } },
    { title: 'a change that was refused', act: { ...write, status: 'Failed' } },
    {
      title: 'a change of a storage account',
      act: { ...write, operationName: 'Microsoft.Storage/storageAccounts/write' },
    },
    { title: 'a notice of health', act: { ...write, category: 'ServiceHealth' } },
  ])('does not tell of $title', ({ act }) => {
    expect(isTold(signIn, act)).toBe(false);
  });
});
