import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { getHomeFiles } from '../../cli/stack/home.ts';
import type { Service } from '../../emulators/shared/faults.ts';
import { createLoginsFile } from '../dataset.ts';
import type { Figure } from '../figure.ts';
import { Lakehouse, useTemporaryFolder } from '../lakehouse.ts';

const minFaults = 1000;
const filesPerWave = 200;
const linesPerFile = 3;

const seed = 7;

/** Not for ever: the faults of an emulator are an argument of its process, which has to stay under 128 KB. */
const every = (step: number, max = 1000) => Array.from({ length: Math.floor(max / step) }, (_, n) => (n + 1) * step);
const failures = [
  { do: 'fail', status: 503 },
  { do: 'disconnect' },
  { do: 'fail', status: 500 },
  { do: 'disconnect', when: 'after' },
  { do: 'fail', status: 429 },
] as const;
const busy = {
  do: 'fail',
  status: 429,
  body: { error_code: 'REQUEST_LIMIT_EXCEEDED' },
  headers: { 'retry-after': '1' },
} as const;

const at = (service: Service, call: string, steps: readonly number[], effects: readonly object[]) =>
  steps.map((nth, n) => ({ at: { service, call, nth }, ...effects[n % effects.length] }));
const share = (value: number) => ({ service: 'adls', call: 'event', share: value });

/** On the way from the lake to the app, between the app and its host, and on the way to the workspace. */
const plan = {
  seed,
  faults: [
    ...at('adls', 'GetBlobProperties', every(2), failures),
    ...at('adls', 'GetBlob', every(10), failures),
    ...at('adls', 'ListPaths', every(5), failures),
    { at: share(0.2), do: 'drop' },
    { at: share(0.4), do: 'duplicate' },
    { at: share(0.3), do: 'reorder' },
    ...at('functions-host', 'completion', every(5), [{ do: 'drop' }]),
    ...at('functions-host', 'completion', every(4), [{ do: 'duplicate' }]),
    ...at('functions-host', 'notification', every(9), [{ do: 'drop' }]),
    ...at('functions-host', 'notification', every(6), [{ do: 'duplicate' }]),
    ...at('functions-host', 'invocation', every(500), [{ do: 'kill', process: 'worker', when: 'after' }]),
    ...at('databricks', 'GET /api/2.2/jobs/runs/get', every(4, 500), [busy]),
    ...at('databricks', 'POST /api/2.2/jobs/run-now', every(3, 500), [{ do: 'disconnect', when: 'after' }]),
  ],
};

/** Small files land until a thousand things have gone wrong; then every line has to be there once. */
export async function measureFaults(): Promise<Figure[]> {
  return useTemporaryFolder(async (folder) => {
    const file = path.join(folder, 'faults.json');
    writeFileSync(file, JSON.stringify(plan));
    const lakehouse = await Lakehouse.start('--faults', file);
    try {
      let files = 0;
      while (countInjected(lakehouse) < minFaults) {
        const wave = Array.from({ length: filesPerWave }, (_, n) => createLoginsFile(files + n, linesPerFile));
        await lakehouse.landConcurrently(wave);
        await lakehouse.waitUntilPublished(wave.map(({ path: landed }) => landed));
        files += wave.length;
      }
      const lines = files * linesPerFile;
      const { distinct, loaded } = await countLines(lakehouse);
      const twice = loaded - distinct;
      const lost = lines - distinct;
      return [
        {
          what: `lines twice and lines lost, of ${lines} in ${files} files, over ${countInjected(lakehouse)} injected faults`,
          ours: `${twice} and ${lost}`,
          goal: { text: '0', isMet: twice === 0 && lost === 0 },
        },
      ];
    } finally {
      await lakehouse.dismiss();
    }
  });
}

/** Each emulator tells in its log what it does wrong on purpose. */
function countInjected({ stack }: Lakehouse): number {
  const { adls, databricks, logs } = getHomeFiles(stack.home);
  const files = [
    path.join(adls, '.lake/lake.log'),
    path.join(databricks, 'workspace.log'),
    path.join(logs, 'functions-host.log'),
  ];
  return files.reduce(
    (sum, log) => sum + (existsSync(log) ? readFileSync(log, 'utf8').split('On purpose: ').length - 1 : 0),
    0,
  );
}

async function countLines({ stack }: Lakehouse): Promise<{ loaded: number; distinct: number }> {
  const statement =
    'SELECT count(*) AS loaded, count(DISTINCT _path, _line_number) AS distinct_lines FROM bronze.gym_logins';
  const [row = {}] = (await stack.query(statement)).rows;
  return { loaded: Number(row['loaded']), distinct: Number(row['distinct_lines']) };
}
