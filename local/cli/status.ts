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

function described({ environment, files, lastRun, pending, release, running, unregistered }: Status): string {
  const fates = Object.entries(files).map(([fate, count]) => `${count} ${fate}`);
  return [
    `environment  ${environment}`,
    `release      ${release ?? 'none yet'}`,
    `files        ${fates.join(', ') || 'none'}${unregistered ? `, ${unregistered} not registered yet` : ''}`,
    `pending      ${pending}`,
    `running      ${running.join(', ') || 'nothing'}`,
    ...(lastRun
      ? [`last run     ${lastRun.batch} ${lastRun.outcome}${lastRun.because ? `: ${lastRun.because}` : ''}`]
      : []),
  ].join('\n');
}
