import { setTimeout as sleep } from 'node:timers/promises';
import { main, readArguments, requireRunning, waitForRunning } from './arguments.ts';
import { commands } from './commands/declarations.mjs';
import { landingZone } from './landing-zone.ts';
import {
  describePipeline,
  findStandstill,
  isQuiet,
  isWell,
  readStatus,
  retryWhileAway,
  type Status,
} from './operator.ts';
import type { Addresses } from './stack/home.ts';

const pollSeconds = 0.5;
const troubles = ['quarantined', 'blocked', 'failed', 'ignored'];

await main(async () => {
  const { home, values } = readArguments(commands.status);
  const running = values.wait ? await waitForRunning(home) : requireRunning(home);
  const read = () => readStatus(landingZone(home, running), running);
  let status = values.wait ? await retryWhileAway(read) : await read();
  while (values.wait && !isQuiet(status) && findStandstill(status) === undefined) {
    await sleep(pollSeconds * 1000);
    status = await retryWhileAway(read);
  }
  console.log(values.json ? JSON.stringify(status) : describeStatus(status, running));
  return values.wait && !(isQuiet(status) && isWell(status)) ? 1 : 0;
});

function describeStatus(status: Status, running: Addresses): string {
  const { currentRelease, environment, files, lastRun, pendingFiles, pipelineState, runningRuns, unregistered } =
    status;
  const counts = Object.entries(files).map(([fileStatus, count]) => `${count} ${fileStatus}`);
  return [
    `environment  ${environment}`,
    `pipeline     ${findStandstill(status) ?? describePipeline(pipelineState)}`,
    `release      ${currentRelease?.publishedAs ?? 'none yet'}`,
    `files        ${counts.join(', ') || 'none'}${unregistered ? `, ${unregistered} not registered yet` : ''}`,
    ...describeTroubles(files, running),
    `pending      ${pendingFiles}`,
    `running      ${runningRuns.join(', ') || 'nothing'}`,
    ...describeStreams(status),
    ...describeFreshness(status),
    ...(lastRun
      ? [`last run     ${lastRun.batch} ${lastRun.outcome}${lastRun.reason ? `: ${lastRun.reason}` : ''}`]
      : []),
  ].join('\n');
}

/** Where the reason of each file stands that is not published. */
function describeTroubles(files: Status['files'], { app }: Addresses): string[] {
  const present = troubles.filter((status) => (files[status] ?? 0) > 0);
  return present.map((status) => `  why        ${app}/api/files?status=${status}`);
}

/** Nothing of a layer that is built by a run per batch and always was. */
function describeStreams({ streams }: Pick<Status, 'streams'>): string[] {
  const active = streams.filter(({ mode, state }) => mode === 'continuous' || state !== undefined);
  return active.map(
    ({ layer, mode, reason, state }) =>
      `stream       ${layer} ${mode}, ${state ?? 'not started'}${reason ? `: ${reason}` : ''}`,
  );
}

function describeFreshness({ freshness }: Pick<Status, 'freshness'>): string[] {
  const published = freshness.seconds['published'];
  if (!published) return [];
  const { p50, p99 } = published;
  return [
    `freshness    landed to published: p50 ${p50.toFixed(1)} s, p99 ${p99.toFixed(1)} s over ${freshness.files} files of the last ${freshness.releases} releases`,
  ];
}
