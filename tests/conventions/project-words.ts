import { readContracts } from '../../cloud/project-files.ts';
import { listProjects } from '../../tools/generate/projects.ts';
import { toWords } from './find-retired.ts';

/**
 * Names in projects that are words of any program too, with what else they mean. A table still counts by its whole name:
 * nobody writes `silver.users` by chance.
 */
export const everydayWords: Readonly<Record<string, string>> = {
  action: 'of the audit log, and of alerts in Azure',
  age: 'of files, releases and cookies',
  amount: 'of a budget',
  calendar: 'a package of Java, and a type of Spark',
  date: 'a type, a header, and out of date',
  day: 'of folders, plans and alerts',
  email: 'whom an alert is sent to',
  end_time: 'of runs in the Jobs API',
  kept: 'what is not removed',
  login: 'settings of sign-in in Azure',
  month: 'of a budget and of timers',
  name: 'of anything',
  ordered: 'parameters of a job, and sorted rows',
  registered_at: 'when a file was registered',
  returned: 'what an answer gives',
  returns: 'what a function gives',
  session_id: 'of Spark Connect and of the SQL warehouse',
  start_time: 'of runs in the Jobs API',
  state: 'of streams, runs and the operator',
  status: 'of files and responses',
  time: 'of anything',
  updated: 'how many rows, and when an orchestration was',
  user_id: 'of Spark Connect',
  users: 'the group of everybody in an account of Databricks',
  week: 'of timers',
  year: 'of timers and identities',
  zip: 'an archive, and a function of Python',
};

/** What the projects below a folder call their datasets, tables, record types and columns. */
export async function readProjectWords(root: string): Promise<string[]> {
  const projects = await Promise.all(listProjects(root).map((project) => readContracts(root, project)));
  const names = projects.flatMap(({ landing, tables }) => {
    const computed = tables.filter(({ layer }) => layer === 'silver' || layer === 'gold');
    const records = landing.flatMap((contract) => contract.records);
    const columns = [...records, ...computed].flatMap((described) => described.columns);
    return [
      ...landing.map(({ dataset }) => dataset),
      ...computed.flatMap(({ layer, table }) => [table, table.slice(layer.length + 1)]),
      ...[...records, ...columns].map(({ name }) => name),
    ];
  });
  return [...new Set(names)].filter((name) => everydayWords[name] === undefined);
}

/** Where a text has one of the names, in snake, kebab or camel case, also as a part of a longer one: `line: name`. */
export function findProjectWords(text: string, names: readonly string[]): string[] {
  const tables = names.filter((name) => name.includes('.'));
  const words = names.filter((name) => !name.includes('.')).map((name) => ({ name, words: toWords(name) }));
  return text.split('\n').flatMap((line, index) => {
    const identifiers = (line.match(/[A-Za-z0-9_-]+/g) ?? []).map(toWords);
    const used = words.filter((word) => identifiers.some((identifier) => identifier.includes(word.words)));
    const wholes = tables.filter((table) => new RegExp(`\\b${table}\\b`).test(line));
    return [...used.map(({ name }) => name), ...wholes].map((name) => `${index + 1}: ${name}`);
  });
}
