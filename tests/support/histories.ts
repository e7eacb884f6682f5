import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { OrchestrationHandler } from 'durable-functions';
import { expect } from 'vitest';
import { ActionType, flatten } from '../../emulators/functions-host/durable/actions.ts';
import { EventType } from '../../emulators/functions-host/durable/events.ts';
import type { OrchestratorResult } from '../../emulators/functions-host/durable/orchestrator-result.ts';
import type { RecordedHistory } from '../../emulators/functions-host/export-histories.ts';
import { replayHistory } from './replay-history.ts';
import { root } from './root.ts';

const folder = path.join(root, 'tests/histories');

/** Releases of which histories are kept, oldest first. */
export function listReleases(): string[] {
  const releases = readdirSync(folder).filter((name) => /^\d+\.\d+\.\d+$/.test(name));
  return releases.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** The histories of a release by their names. */
export function readHistories(release: string): Map<string, RecordedHistory> {
  const files = readdirSync(path.join(folder, release)).filter((file) => file.endsWith('.json'));
  return new Map(
    files.map((file) => [
      path.basename(file, '.json'),
      JSON.parse(readFileSync(path.join(folder, release, file), 'utf8')) as RecordedHistory,
    ]),
  );
}

/**
 * The number in host.json that an orchestration began under: whoever changes the order of steps raises it by hand. The host
 * gives an orchestration of a higher number to no older code. Before there was a number, it was the first one.
 */
export function getVersion({ history }: Pick<RecordedHistory, 'history'>): number {
  const started = history.find(({ EventType: type }) => type === EventType.ExecutionStarted);
  return Number(started?.Version || '1.0');
}

/** The same number, for orchestrations that begin now. */
export function readDefaultVersion(): number {
  const hostJson = JSON.parse(readFileSync(path.join(root, 'host.json'), 'utf8')) as {
    extensions: { durableTask: { defaultVersion: string } };
  };
  return Number(hostJson.extensions.durableTask.defaultVersion);
}

/** Histories that the code of today has to replay. Those of a lower number end before a deployment, which holds. */
export function listReplayed<Entry extends { readonly recorded: Pick<RecordedHistory, 'history'> }>(
  histories: readonly Entry[],
  version: number,
): Entry[] {
  const higher = histories.filter(({ recorded }) => getVersion(recorded) > version);
  if (higher.length > 0)
    throw new Error(`'defaultVersion' in host.json is ${version}, and orchestrations of a higher number are recorded.`);
  return histories.filter(({ recorded }) => getVersion(recorded) === version);
}

/** Writes histories in place of those that are in the folder. */
export function writeHistories(target: string, histories: ReadonlyMap<string, RecordedHistory>): void {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const [name, recorded] of histories) writeFileSync(path.join(target, `${name}.json`), formatHistory(recorded));
}

/** One event per line, so that a difference between two recordings can be read. */
function formatHistory({ history, ...recorded }: RecordedHistory): string {
  const fields = Object.entries(recorded).map(([name, value]) => `  "${name}": ${JSON.stringify(value)},\n`);
  const events = history.map((event) => `    ${JSON.stringify(event)}`);
  return `{\n${fields.join('')}  "history": [\n${events.join(',\n')}\n  ]\n}\n`;
}

/**
 * Replays a history on an orchestrator of today. Fails if it schedules something else than it did then, or comes to another
 * result. A field that is new in the result breaks nobody who reads it.
 */
export async function expectSameEnd(
  orchestrator: OrchestrationHandler | undefined,
  name: string,
  recorded: RecordedHistory,
): Promise<void> {
  if (orchestrator === undefined)
    throw new Error(`History '${name}' is of orchestrator '${recorded.name}', which is not registered any more.`);
  const result = await replayHistory(orchestrator, recorded);
  const output = getOutput(result);
  expect({ output }, `History '${name}' comes to another result.`).toMatchObject({ output: recorded.output });
}

function getOutput({ state }: OrchestratorResult): unknown {
  const next = flatten(state.actions[0] ?? []).find(({ actionType }) => actionType === ActionType.ContinueAsNew);
  return (next === undefined ? state.output : next.input) ?? null;
}
