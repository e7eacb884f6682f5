import { type LogAlert, logAlerts } from '../../medallion/alerts.ts';
import { listFiring, type StoredLine } from '../harness/evaluate-log-alert.ts';
import { alertCauses, type Cause, type LoggedLine } from './alert-causes.ts';
import type { Evidence } from './evidence.ts';

/** One alert may fire again and again for the same reason. */
const maxShown = 3;

type Line = LoggedLine & { readonly stored: StoredLine };

/** Every alert that should have fired did, and no other. */
export function findWrongAlerts(evidence: Evidence): string[] {
  const lines = evidence.events.map(toLine).toSorted((a, b) => a.at - b.at);
  return logAlerts.flatMap((alert) => {
    const causes = alertCauses[alert.name]?.(evidence);
    if (causes === undefined) return [];
    return alert.isAbsence ? findWrongSilence(alert, causes, lines) : findWrongFiring(alert, causes, lines);
  });
}

function toLine(fields: Evidence['events'][number]): Line {
  const at = new Date(String(fields['at']));
  return { at: at.getTime(), fields, stored: { at, text: JSON.stringify(fields) } };
}

/** The subjects of which the alert fires just after the last of some lines. */
function listSubjects(alert: LogAlert, lines: readonly Line[]): string[] {
  const last = lines.at(-1);
  const stored = lines.map((line) => line.stored);
  return last === undefined ? [] : listFiring(alert, stored, last.stored.at);
}

/** Its span may be longer than the campaign, so only the end tells. */
function findWrongSilence(alert: LogAlert, causes: readonly Cause[], lines: readonly Line[]): string[] {
  const isFiring = listSubjects(alert, lines).length > 0;
  if (isFiring) return causes.length > 0 ? [] : [`'${alert.name}' fired at the end.`];
  const missed = causes.find(({ isCertain }) => isCertain);
  return missed ? [`'${alert.name}' did not fire: ${missed.what}.`] : [];
}

function findWrongFiring(alert: LogAlert, causes: readonly Cause[], lines: readonly Line[]): string[] {
  const firing = lines.filter((line) => listSubjects(alert, [line]).length > 0);
  const missing = causes.filter(({ explains, isCertain, subject = '' }) => {
    const own = firing.filter(explains);
    return isCertain && !own.some((line) => listSubjects(alert, [line]).includes(subject));
  });
  const baseless = firing.filter((line) => {
    const reasons = causes.filter(({ explains }) => explains(line));
    return listSubjects(alert, [line]).some((name) => !reasons.some(({ subject = name }) => subject === name));
  });
  return [
    ...missing.map(({ what }) => `'${alert.name}' did not fire: ${what}.`),
    ...baseless
      .slice(0, maxShown)
      .map(({ stored }) => `'${alert.name}' had no reason to fire: ${stored.text.slice(0, 200)}`),
  ];
}
