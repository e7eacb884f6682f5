/** What was measured, against whom, and whether that is what we want. */
export interface Figure {
  readonly what: string;
  readonly ours: string;
  readonly peer?: string;
  /** How many times faster than the peer, or how many times slower if it says so. */
  readonly ratio?: string;
  readonly goal?: Goal;
}

export interface Goal {
  readonly text: string;
  readonly isMet: boolean;
}

export const formatSeconds = (seconds: number): string => `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;

/** `goal` is how many times faster we want to be. */
export function compare(what: string, ours: number, [name, peer]: readonly [string, number], goal?: number): Figure {
  const times = peer / ours;
  return {
    what,
    ours: formatSeconds(ours),
    peer: `${name}: ${formatSeconds(peer)}`,
    ratio: times >= 1 ? `${times.toFixed(1)} times faster` : `${(1 / times).toFixed(1)} times slower`,
    ...(goal === undefined ? {} : { goal: { text: `${goal} times faster`, isMet: times >= goal } }),
  };
}

/** `share` is between 0 and 1. */
export function computeQuantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const computeMedian = (values: readonly number[]): number => computeQuantile(values, 0.5);

const columns = ['what', 'ours', 'peer', 'ratio', 'goal'] as const;

/** As a table that can be read as it is and as Markdown. */
export function toTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ goal, ...figure }) => {
    const cells: Record<string, string | undefined> = figure;
    const verdict = goal && `${goal.text}: ${goal.isMet ? 'met' : '**missed**'}`;
    return columns.map((column) => (column === 'goal' ? verdict : cells[column]) ?? '');
  });
  const widths = columns.map((column, at) => Math.max(column.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [line(columns), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
