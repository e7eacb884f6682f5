import type { EventFields, EventName } from '../../medallion/events.ts';

interface Panel {
  readonly title: string;
  readonly query: string;
  readonly visualization: 'table' | 'timechart';
}

/** Bicep puts the name of the app here. */
const app = '{{app}}';

const select = (event: EventName) =>
  `AppTraces | where AppRoleName == "${app}" | extend line = parse_json(Message) | where tostring(line.event) == "${event}"`;

/** The newest lines of an event. The compiler checks event and columns. */
const listLines = <Name extends EventName>(
  title: string,
  event: Name,
  columns: readonly (keyof EventFields<Name> & string)[],
): Panel => ({
  title,
  visualization: 'table',
  query: [
    select(event),
    `project TimeGenerated, ${columns.map((column) => `${column} = tostring(line.${column})`).join(', ')}`,
    'top 100 by TimeGenerated',
  ].join(' | '),
});

/** The course of a number, a line for each value of a field. */
const drawCourse = <Name extends EventName>(
  title: string,
  event: Name,
  column: keyof EventFields<Name> & string,
  by: keyof EventFields<Name> & string,
): Panel => ({
  title,
  visualization: 'timechart',
  query: `${select(event)} | summarize max(toreal(line.${column})) by bin(TimeGenerated, 15m), tostring(line.${by})`,
});

const panels: readonly Panel[] = [
  listLines('Health', 'operator.status', [
    'state',
    'stateSeconds',
    'pendingFiles',
    'oldestPendingSeconds',
    'oldestPendingDataset',
    'runningRuns',
    'isStuck',
  ]),
  drawCourse('Files that wait', 'dataset.status', 'pendingFiles', 'dataset'),
  drawCourse('Seconds since the last release, by table', 'table.status', 'releaseAgeSeconds', 'table'),
  listLines('Objectives', 'table.status', ['table', 'promiseSeconds', 'releaseAgeSeconds', 'isBurning']),
  listLines('Runs', 'run.ended', ['batch', 'outcome', 'release', 'reason', 'files', 'seconds', 'oldestFileSeconds']),
  listLines('Verdicts', 'layer.judged', ['batch', 'layer', 'outcome']),
  listLines('Jobs', 'job.ended', ['batch', 'layer', 'jobRun', 'state', 'reason']),
  listLines('Files', 'file.registered', ['file', 'path', 'status', 'reason']),
  listLines('Files that were set aside', 'file.quarantined', ['batch', 'dataset', 'files']),
  listLines('Decisions', 'decision.recorded', ['action', 'target', 'entry']),
  listLines('Maintenance', 'maintenance.status', ['ageSeconds', 'erasedLines', 'waitingTables', 'overdueErasures']),
];

/** A workbook of Azure Monitor over the lines of the app. */
export const createWorkbook = () => ({
  version: 'Notebook/1.0',
  items: [
    {
      type: 9,
      name: 'span',
      content: {
        version: 'KqlParameterItem/1.0',
        parameters: [
          {
            version: 'KqlParameterItem/1.0',
            name: 'span',
            type: 4,
            isRequired: true,
            value: { durationMs: 86_400_000 },
            typeSettings: {
              selectableValues: [3_600_000, 86_400_000, 604_800_000].map((durationMs) => ({ durationMs })),
            },
          },
        ],
      },
    },
    ...panels.map(({ query, title, visualization }) => ({
      type: 3,
      name: title,
      content: {
        version: 'KqlItem/1.0',
        title,
        query,
        size: 0,
        timeContextFromParameter: 'span',
        queryType: 0,
        resourceType: 'microsoft.operationalinsights/workspaces',
        visualization,
      },
    })),
  ],
});
