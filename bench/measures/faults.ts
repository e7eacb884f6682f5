import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { getHomeFiles } from '../../cli/stack/home.ts';
import type { Figure } from '../figure.ts';
import { Lakehouse, withFolder } from '../lakehouse.ts';
import { loginsOf } from '../world.ts';

const leastFaults = 1000;
const filesPerWave = 200;
const linesPerFile = 3;

/** Not for ever: the faults of a emulator are an argument of its process, which has to stay under 128 KB. */
const every = (step: number, upTo = 2000) => Array.from({ length: Math.floor(upTo / step) }, (_, n) => (n + 1) * step);
const kinds = ['503', 'reset', '500', 'reset-after', '429'];
const calls = (call: string, step: number) =>
  every(step).map((time, n) => ({ call, time, kind: kinds[n % kinds.length] }));
const busy = { status: 429, body: { error_code: 'REQUEST_LIMIT_EXCEEDED' }, headers: { 'retry-after': '1' } };

/** On the way from the lake to the app, between the app and its host, and on the way to the workspace. */
const plan = {
  lake: {
    calls: [...calls('GetBlobProperties', 2), ...calls('GetBlob', 10), ...calls('ListPaths', 5)],
    events: { shares: { drop: 0.2, duplicate: 0.4, reorder: 0.3, seed: 7 } },
  },
  host: [
    ...every(5).map((nth) => ({ kind: 'dropCompletion', nth })),
    ...every(4).map((nth) => ({ kind: 'duplicateCompletion', nth })),
    ...every(9).map((nth) => ({ kind: 'dropNotification', nth })),
    ...every(6).map((nth) => ({ kind: 'duplicateNotification', nth })),
    ...every(500).map((nth) => ({ kind: 'killWorker', nth })),
  ],
  databricks: [
    ...every(4, 500).map((call) => ({ method: 'GET', path: '/api/2.2/jobs/runs/get', call, answer: busy })),
    ...every(3, 500).map((call) => ({ method: 'POST', path: '/api/2.2/jobs/run-now', call, drop: 'after' })),
  ],
};

/** Small files land until a thousand things have gone wrong; then every line has to be there once. */
export async function faults(): Promise<Figure[]> {
  return withFolder(async (folder) => {
    const file = path.join(folder, 'faults.json');
    writeFileSync(file, JSON.stringify(plan));
    const lakehouse = await Lakehouse.start('--faults', file);
    try {
      let files = 0;
      while (injected(lakehouse) < leastFaults) {
        const wave = Array.from({ length: filesPerWave }, (_, n) => loginsOf(files + n, linesPerFile));
        await lakehouse.landSideBySide(wave);
        await lakehouse.published(wave.map(({ path: landed }) => landed));
        files += wave.length;
      }
      const lines = files * linesPerFile;
      const { distinct, loaded } = await counted(lakehouse);
      const [twice, lost] = [loaded - distinct, lines - distinct];
      return [
        {
          what: `lines twice and lines lost, of ${lines} in ${files} files, over ${injected(lakehouse)} injected faults`,
          ours: `${twice} and ${lost}`,
          goal: { says: '0', isMet: twice === 0 && lost === 0 },
        },
      ];
    } finally {
      await lakehouse.discard();
    }
  });
}

/** Each emulator tells in its log what it does wrong on purpose. */
function injected({ cloud }: Lakehouse): number {
  const { adls, databricks, logs } = getHomeFiles(cloud.home);
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

async function counted({ cloud }: Lakehouse): Promise<{ loaded: number; distinct: number }> {
  const statement =
    'SELECT count(*) AS loaded, count(DISTINCT _path, _line_number) AS distinct_lines FROM bronze.gym_logins';
  const [row = {}] = (await cloud.query(statement)).rows;
  return { loaded: Number(row['loaded']), distinct: Number(row['distinct_lines']) };
}
