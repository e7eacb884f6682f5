import { setTimeout as sleep } from 'node:timers/promises';
import { argumentsOf, main, runningOrAwaited, runningOrRefuse } from './arguments.ts';
import { landingZone } from './landing-zone.ts';
import { isQuiet, isWell, patiently, type Status, statusOf } from './operator.ts';

const usage = 'Usage: npm run status -- [--home DIR] [--wait] [--json]';
const pollSeconds = 0.5;

await main(async () => {
  const { home, values } = argumentsOf(
    { wait: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
    usage,
  );
  const running = values.wait ? await runningOrAwaited(home) : runningOrRefuse(home);
  const look = () => statusOf(landingZone(home, running), running);
  let status = values.wait ? await patiently(look) : await look();
  while (values.wait && !isQuiet(status)) {
    await sleep(pollSeconds * 1000);
    status = await patiently(look);
  }
  console.log(values.json ? JSON.stringify(status) : described(status));
  return values.wait && !isWell(status) ? 1 : 0;
});

function described(status: Status): string {
  const { environment, files, lastRun, pending, release, running, unregistered } = status;
  const fates = Object.entries(files).map(([status, count]) => `${count} ${status}`);
  return [
    `environment  ${environment}`,
    `release      ${release ?? 'none yet'}`,
    `files        ${fates.join(', ') || 'none'}${unregistered ? `, ${unregistered} not registered yet` : ''}`,
    `pending      ${pending}`,
    `running      ${running.join(', ') || 'nothing'}`,
    ...streamsIn(status),
    ...freshnessIn(status),
    ...(lastRun
      ? [`last run     ${lastRun.batch} ${lastRun.outcome}${lastRun.reason ? `: ${lastRun.reason}` : ''}`]
      : []),
  ].join('\n');
}

/** Nothing of a layer that is built by a run per batch and always was. */
function streamsIn({ streams }: Pick<Status, 'streams'>): string[] {
  const told = streams.filter(({ mode, state }) => mode === 'continuous' || state !== undefined);
  return told.map(
    ({ reason, layer, mode, state }) =>
      `stream       ${layer} ${mode}, ${state ?? 'not started'}${reason ? `: ${reason}` : ''}`,
  );
}

function freshnessIn({ freshness }: Pick<Status, 'freshness'>): string[] {
  const published = freshness.seconds['published'];
  if (!published) return [];
  const { p50, p99 } = published;
  return [
    `freshness    landed to published: p50 ${p50.toFixed(1)} s, p99 ${p99.toFixed(1)} s over ${freshness.files} files of the last ${freshness.releases} releases`,
  ];
}
