import { describe, expect, it } from 'vitest';
import { alertCauses } from '../../bench/campaign/alert-causes.ts';
import { findWrongAlerts } from '../../bench/campaign/check-alerts.ts';
import type { Evidence } from '../../bench/campaign/evidence.ts';
import { logAlerts } from '../../medallion/alerts.ts';
import { events, file, good, hour, midnight, run } from './good-campaign.ts';

const { batch } = run;
const minute = 60_000;
const toText = (moment: number) => new Date(moment).toISOString();

/** Half an hour into the campaign, unless said otherwise. */
const log = (event: string, fields: object = {}, moment = midnight + hour / 2) => ({
  event,
  at: toText(moment),
  ...fields,
});
const withEvents = (...more: Evidence['events']): Partial<Evidence> => ({ events: [...events, ...more] });
const withRun = (outcome: (typeof run)['outcome'], more: object = {}): Partial<Evidence> => ({
  runs: [{ ...run, outcome, ...more }],
});
const inTrouble = { trouble: { from: midnight + 20 * minute, to: midnight + 40 * minute } };
const halt = {
  entry: 'halt-1',
  at: toText(midnight + hour / 2),
  actor: 'pipeline',
  action: 'halt',
  target: 'pipeline',
  reason: 'Five.',
} as const;
const resume = { ...halt, entry: 'resume-1', action: 'resume', at: toText(midnight + 35 * minute) } as const;
const bad = { ...file, status: 'quarantined', batch, reason: 'Broken.' } as const;
const setAside = [{ batch, file: file.file }];

const failed = log('run.ended', { batch, outcome: 'failed' });
const blocked = log('run.ended', { batch, outcome: 'blocked' });
const quarantined = log('file.quarantined', { batch, dataset: 'gym_logins', files: 1 });
const missed = log('sweep.finished', { missed: 1, failed: 0 });
const refused = log('request.failed', { method: 'GET', path: '/api/status', reason: 'Away.' });
const halted = log('pipeline.halted', { batch, reason: 'Five.' });
const stillHalted = log('operator.status', { state: 'halted' }, midnight + 45 * minute);

const find = (change: Partial<Evidence>) => findWrongAlerts({ ...good, ...change });

describe('the check of alerts', () => {
  it('knows what makes each alert fire, or says why not', () => {
    const leftOut = ['log-cap', 'poison'];
    expect([...Object.keys(alertCauses), ...leftOut].sort()).toEqual(logAlerts.map(({ name }) => name).sort());
  });

  it.each<[string, Partial<Evidence>]>([
    ['a run that failed', { ...withRun('failed'), ...withEvents(failed) }],
    ['a run that was skipped after it was blocked', { ...withRun('skipped'), ...withEvents(blocked) }],
    ['a release of streams that waited', { ...withRun('published', { batches: [batch] }), ...withEvents(blocked) }],
    ['a file that was set aside', { files: [bad], setAside, ...withEvents(quarantined) }],
    ['a file that was accepted after that', { setAside, ...withEvents(quarantined) }],
    ['a halt', { auditLog: [halt], ...withEvents(halted, stillHalted) }],
    ['a stream that was given up', { ...withRun('halted'), ...withEvents(log('stream.halted', { stream: batch })) }],
    ['lost events', { ...inTrouble, lostEvents: 10, ...withEvents(missed) }],
    ['a refusal by a clock that is 30 s off', { refusals: [midnight + hour / 2 - 30_000], ...withEvents(refused) }],
    ['a late file', { files: [file], ...withEvents(log('table.status', { table: 'gold.t', isBurning: true })) }],
  ])('accepts an alert after %s', (_, change) => {
    expect(find(change)).toEqual([]);
  });

  it.each<[string, RegExp, Partial<Evidence>]>([
    ['a run that failed', /'run-failed' did not fire: run /, withRun('failed')],
    ['a run that was blocked', /'run-blocked' did not fire: run /, { ...withRun('blocked'), ...withEvents(failed) }],
    ['a file that was set aside', /'quarantined' did not fire/, { files: [bad], setAside }],
    ['a halt', /'halted' did not fire: halt-1/, { auditLog: [halt] }],
    ['a stream that was given up', /'halted' did not fire/, withRun('halted')],
    ['lost events', /'events-lost' did not fire/, { ...inTrouble, lostEvents: 10 }],
    ['a refusal', /'request-failed' did not fire/, { refusals: [midnight + hour / 2] }],
    ['nights that never came', /'erasure-late' did not fire/, { maintenances: [] }],
  ])('misses an alert after %s', (_, problem, change) => {
    expect(find(change)).toContainEqual(expect.stringMatching(problem));
  });

  it.each<[string, Evidence['events'][number], Partial<Evidence>]>([
    ['run-failed', failed, {}],
    ['run-blocked', blocked, withRun('failed')],
    ['quarantined', quarantined, {}],
    ['quarantined', { ...quarantined, dataset: 'other' }, { setAside }],
    ['halted', halted, {}],
    ['halted', stillHalted, { auditLog: [halt, resume] }],
    ['events-lost', missed, {}],
    ['sweep-failed', log('sweep.finished', { missed: 0, failed: 2 }), {}],
    ['request-failed', refused, {}],
    ['orchestration-failed', log('batch.retry_scheduled', { batch }), {}],
    ['service-away', log('service.unavailable'), inTrouble],
    ['paused-long', log('operator.status', { state: 'paused', stateSeconds: 20_000 }), inTrouble],
    ['stuck', log('operator.status', { isStuck: true }), onTime()],
    ['late', log('table.status', { table: 'gold.t', isBurning: true }), onTime()],
  ])('sees that %s fired without a reason', (name, line, change) => {
    const problems = find({ ...withEvents(line), ...change });
    expect(problems).toContainEqual(expect.stringMatching(new RegExp(`^'${name}' had no reason to fire`)));
  });

  it.each([
    ['silent', 'operator.status'],
    ['no-data', 'file.registered'],
    ['erasure-late', 'maintenance.status'],
  ])('sees that %s fired at the end', (name, event) => {
    expect(find({ events: events.filter((line) => line.event !== event) })).toEqual([`'${name}' fired at the end.`]);
  });
});

describe('the check of an alert on retention, which is tried at half past each hour', () => {
  const begun = log('file.registered', {}, midnight);
  const failed = log('retention.finished', { failed: 1 });
  const calls = [begun, ...events.filter(({ event }) => event !== 'retention.finished'), failed];

  it('sees that it fired although a call had no reason to fail', () => {
    expect(find({ events: calls })).toEqual(["'retention-failed' fired at the end."]);
  });

  it('takes that it fires or not after a call in trouble, or without one', () => {
    expect(find({ events: calls, ...inTrouble })).toEqual([]);
    expect(find({ events: [begun, ...events], ...inTrouble })).toEqual([]);
    expect(find({ events: calls.slice(1, -1) })).toEqual([]);
  });
});

/** A file that was published at once, in a batch that was formed at once. */
function onTime(): Partial<Evidence> {
  const publishedAt = new Date(Date.parse(file.registeredAt) + minute).toISOString();
  return { files: [{ ...file, batch, publishedAt }] };
}
