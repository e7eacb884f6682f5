import type { AlertWindow, Condition, LineFilter, LogAlert } from '../../medallion/alerts.ts';

/** A line as Azure stores it: when it came, its text, and what the host says beside it. */
export interface StoredLine {
  readonly at: Date;
  readonly text: string;
  readonly properties?: Readonly<Record<string, string>>;
  /** The detail of a notice that the log workspace writes about itself. */
  readonly workspaceNotice?: string;
}

/** Spans in minutes, as the file of an environment may set them. */
const spans = { threeSweeps: 45, noData: 24 * 60 };

const getWindowMinutes = (window: AlertWindow): number => (typeof window === 'number' ? window : spans[window]);

/** Of what an alert fires at a moment: nothing if it does not fire, and an empty text if it does not tell subjects apart. */
export function listFiring(alert: LogAlert, lines: readonly StoredLine[], now: Date): string[] {
  const since = now.getTime() - getWindowMinutes(alert.window) * 60_000;
  const recent = lines.filter(({ at }) => at.getTime() > since && at <= now);
  const counted = recent.filter((line) => alert.lines.some((filter) => isCounted(filter, line)));
  if (alert.isAbsence) return counted.length === 0 ? [''] : [];
  const { by } = alert;
  return [...new Set(counted.map((line) => (by === undefined ? '' : String(parse(line)[by]))))];
}

/** A line that is no JSON is the host's own, and has no fields. */
const parse = ({ text }: StoredLine): Record<string, unknown> => (text.startsWith('{') ? JSON.parse(text) : {});

function isCounted(filter: LineFilter, line: StoredLine): boolean {
  if ('words' in filter) return filter.words.every((word) => line.text.includes(word));
  if ('workspaceNotice' in filter) return line.workspaceNotice?.includes(filter.workspaceNotice) ?? false;
  if ('properties' in filter)
    return Object.entries(filter.properties).every(([name, value]) => line.properties?.[name] === value);
  const fields = parse(line);
  return fields['event'] === filter.event && (filter.where ?? []).every((condition) => holds(condition, fields));
}

function holds(condition: Condition, fields: Record<string, unknown>): boolean {
  const value = fields[condition.field];
  if ('is' in condition) return condition.is.some((wanted) => wanted === value);
  if (typeof value !== 'number') return false;
  return 'over' in condition ? value > condition.over : value < condition.under;
}
