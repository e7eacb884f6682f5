import type { TableDiff } from '../medallion/releases/diff.ts';
import { main, readArguments, requireRunning } from './arguments.ts';
import { commands } from './commands/declarations.mjs';
import { formatRows } from './format.ts';
import { ask } from './operator.ts';

interface Diff {
  readonly from: string;
  readonly to: string;
  readonly tables: readonly TableDiff[];
}

await main(async () => {
  const { home, positionals, values } = readArguments(commands.diff);
  const [from = 'current', to = 'staged'] = positionals;
  const path = `releases/${encodeURIComponent(from)}/diff/${encodeURIComponent(to)}`;
  const diff = await ask<Diff>(requireRunning(home), path);
  console.log(values.json ? JSON.stringify(diff) : describeDiff(diff));
  return 0;
});

function describeDiff({ from, tables, to }: Diff): string {
  if (tables.length === 0) return `'${from}' and '${to}' have the same rows.`;
  const rows = tables.map(({ added, changed, columns, removed, table }) => ({
    table,
    added,
    removed,
    changed,
    columns: Object.entries(columns)
      .map(([name, count]) => `${name} ${count}`)
      .join(', '),
  }));
  return formatRows({ columns: ['table', 'added', 'removed', 'changed', 'columns'], rows }, 'table');
}
