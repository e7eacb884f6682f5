import path from 'node:path';
import { expect } from 'vitest';
import type { RunningStack } from '../../bench/harness/running-stack.ts';
import { waitUntil } from '../../bench/harness/target.ts';
import { readSamples } from '../../cli/samples.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { root } from './root.ts';
import { correctedSessions, correctedSummary, sessionsQuery, summaryQuery, valuesOf } from './set-1.ts';

const files = readSamples(path.join(root, 'projects/fitness'));

/** Lands all of set 1; the second time, each file is a new version of the same content. */
export async function landSet1(cloud: RunningStack): Promise<RunRecord> {
  const before = (await cloud.listRuns()).length;
  for (const file of files) await cloud.land(file.path, file.content);
  await waitUntil('a run that has begun', async () => (await cloud.listRuns()).length > before);
  return (await cloud.listRuns())[0] as RunRecord;
}

export async function set1IsRight(cloud: RunningStack): Promise<void> {
  expect((await cloud.query(summaryQuery)).rows).toMatchObject([correctedSummary]);
  expect(valuesOf((await cloud.query(sessionsQuery)).rows)).toEqual(correctedSessions());
  expect((await cloud.listFiles('status=loading')).length + (await cloud.listFiles('status=pending')).length).toBe(0);
}

export async function noJobWasLaunchedTwice(cloud: RunningStack): Promise<void> {
  const launches = (await cloud.listRuns()).flatMap(({ layers }) => layers.flatMap(({ jobRuns }) => jobRuns));
  expect(new Set(launches).size).toBe(launches.length);
}
