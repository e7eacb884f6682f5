import { type ActivityAlert, activityAlerts } from '../../medallion/activity-alerts.ts';
import { type AlertWindow, type Condition, type LineFilter, type LogAlert, logAlerts } from '../../medallion/alerts.ts';
import { type MetricAlert, metricAlerts } from '../../medallion/metric-alerts.ts';

/** What Bicep makes rules of: it writes no query itself. */
export const listAlertRules = () => ({
  log: logAlerts.map(toLogRule),
  metric: metricAlerts.map(toMetricRule),
  activity: activityAlerts.map(toActivityRule),
});

function toLogRule({ by, description, isAbsence = false, lines, name, page, severity, window }: LogAlert) {
  const isOfWorkspace = lines.some((filter) => 'workspaceNotice' in filter);
  return {
    name,
    description: describe(description, page, name),
    severity,
    isAbsence,
    source: isOfWorkspace ? 'workspace' : 'app',
    filter: lines.map(toFilter).join(' or '),
    by: by ?? '',
    minutes: typeof window === 'number' ? window : 0,
    span: typeof window === 'number' ? 'fixed' : window,
  };
}

const toMetricRule = ({ description, fires, metric, name, page, severity, source, windowMinutes }: MetricAlert) => ({
  name,
  description: describe(description, page, name),
  severity,
  source,
  metric,
  operator: 'over' in fires ? 'GreaterThan' : 'LessThan',
  threshold: 'over' in fires ? fires.over : fires.under,
  aggregation: 'over' in fires ? 'Total' : 'Average',
  windowSize: `PT${windowMinutes}M`,
});

const toActivityRule = ({ description, name, operations, page, severity }: ActivityAlert) => ({
  name,
  description: describe(description, page, name),
  severity,
  operations: operations.join(' '),
});

/** Whoever is told by night has to find what to do. */
const describe = (description: string, page: string, name: string) =>
  `${description} What to do: docs/runbook/${page}.md, '${name}'.`;

const quote = (text: string) => JSON.stringify(text);

/** A condition of KQL on a row, in which `line` is the text of the row as JSON. */
function toFilter(filter: LineFilter): string {
  if ('workspaceNotice' in filter)
    return `(Category =~ "Ingestion" and Detail contains ${quote(filter.workspaceNotice)})`;
  if ('words' in filter) return `(${filter.words.map((word) => `Message has ${quote(word)}`).join(' and ')})`;
  if ('properties' in filter) {
    const properties = Object.entries(filter.properties);
    return `(${properties.map(([name, value]) => `tostring(Properties.${name}) == ${quote(value)}`).join(' and ')})`;
  }
  const conditions = (filter.where ?? []).map(toCondition);
  return `(${[`tostring(line.event) == ${quote(filter.event)}`, ...conditions].join(' and ')})`;
}

function toCondition(condition: Condition): string {
  const field = `line.${condition.field}`;
  if ('over' in condition) return `toreal(${field}) > ${condition.over}`;
  if ('under' in condition) return `toreal(${field}) < ${condition.under}`;
  return `tostring(${field}) in (${condition.is.map((value) => quote(String(value))).join(', ')})`;
}

const spans: Readonly<Record<Exclude<AlertWindow, number>, string>> = {
  threeSweeps: 'three sweeps',
  noData: '`noDataHours`',
};
const formatWindow = (window: AlertWindow) => (typeof window === 'number' ? `${window} minutes` : spans[window]);

/** The index of the runbook: each alert, and where it is said what to do. */
export const formatRunbookIndex = (): string =>
  [
    '# Runbook',
    '',
    'This page lists every alert and links to what to do about it. `npm run generate` writes it.',
    'Severity 1 wakes somebody, 2 is for the same day, and 3 can wait for the morning. An alert closes by itself when its cause is gone.',
    '',
    '| alert | severity | it says | it looks at the last |',
    '| --- | --- | --- | --- |',
    ...logAlerts.map(
      ({ description, name, page, severity, window }) =>
        `| [\`${name}\`](${page}.md#${name}) | ${severity} | ${description} | ${formatWindow(window)} |`,
    ),
    ...metricAlerts.map(
      ({ description, name, page, severity, windowMinutes }) =>
        `| [\`${name}\`](${page}.md#${name}) | ${severity} | ${description} | ${windowMinutes} minutes |`,
    ),
    ...activityAlerts.map(
      ({ description, name, page, severity }) =>
        `| [\`${name}\`](${page}.md#${name}) | ${severity} | ${description} | act, and does not close |`,
    ),
    '',
  ].join('\n');
