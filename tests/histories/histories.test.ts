import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { OrchestrationHandler } from 'durable-functions';
import { describe, expect, it } from 'vitest';
import { expectSameEnd, listReleases, listReplayed, readDefaultVersion, readHistories } from '../support/histories.ts';
import { listHistoryNames, wantedHistories } from '../support/history-endings.ts';
import { listMachineNames } from '../support/neutral-text.ts';
import { requireSmall } from '../support/message-size.ts';
import { importOrchestrators } from '../support/orchestrators.ts';
import { root } from '../support/root.ts';

/** An orchestration that began so many releases ago may still be running when today's code is deployed. */
const replayedReleases = 3;
const releases = listReleases().slice(-replayedReleases);
const histories = releases.flatMap((release) =>
  [...readHistories(release)].map(([name, recorded]) => ({ name: `${release}/${name}`, recorded })),
);
const replayed = listReplayed(histories, readDefaultVersion());
const orchestrators = await importOrchestrators();

function getHistory(ending: string) {
  const history = histories.find(({ name }) => name.endsWith(`/${ending}`));
  if (history === undefined) throw new Error(`There is no history '${ending}'. Record it.`);
  return history;
}

describe('the code of today', () => {
  it.for(replayed)('takes $name to the same end', ({ name, recorded }) =>
    expectSameEnd(orchestrators.get(recorded.name), name, recorded),
  );
});

describe('the number in host.json', () => {
  const hasBegunUnder = (version: string) => ({
    recorded: { history: [{ EventType: 0, EventId: -1, Version: version, Timestamp: '', IsPlayed: true }] },
  });
  const older = hasBegunUnder('1.0');
  const newer = hasBegunUnder('2.0');

  it('excuses no history from its replay that began under it', () => {
    expect(listReplayed([hasBegunUnder(''), older], 1)).toHaveLength(2);
  });

  it('is raised by hand where a replay fails, and then those of before are not replayed', () => {
    expect(listReplayed([older, newer], 2)).toEqual([newer]);
  });

  it('is never lowered: the host would give what runs to no worker', () => {
    expect(() => listReplayed([older, newer], 1)).toThrow("'defaultVersion' in host.json is 1, and orchestrations of");
  });

  it('is one that the host compares as a number of two parts', () => {
    expect(readFileSync(path.join(root, 'host.json'), 'utf8')).toMatch(/"defaultVersion": "\d+\.0"/);
  });
});

describe('the histories of the newest release', () => {
  it.for([...readHistories(releases.at(-1) ?? '')])('hold no large message: %s', ([, recorded]) => {
    requireSmall(recorded.input, 'The input');
    requireSmall(recorded.output, 'The output');
    for (const event of recorded.history) requireSmall(event, 'An event');
  });

  it('show every ending, and every orchestrator that is registered', () => {
    const newest = readHistories(releases.at(-1) ?? '');
    expect([...newest.keys()].toSorted()).toEqual(wantedHistories.toSorted());
    for (const [name, recorded] of newest) expect(listHistoryNames(recorded)).toContain(name);
    const recorded = new Set([...newest.values()].map(({ name }) => name));
    expect([...orchestrators.keys()].filter((name) => !recorded.has(name))).toEqual([]);
  });
});

describe('a change that would break what is running', () => {
  it.for(replayed)('is seen by $name: one activity more at the beginning or at the end', async (history) => {
    const { name, recorded } = history;
    const orchestrator = orchestrators.get(recorded.name) as OrchestrationHandler;
    const first: OrchestrationHandler = function* (context) {
      yield context.df.callActivity('planted');
      return yield* orchestrator(context);
    };
    const last: OrchestrationHandler = function* (context) {
      const output = yield* orchestrator(context);
      yield context.df.callActivity('planted');
      return output;
    };
    // What comes after `continueAsNew` is never reached.
    const changes = recorded.status === 'ContinuedAsNew' ? [first] : [first, last];
    for (const changed of changes)
      await expect(expectSameEnd(changed, name, recorded)).rejects.toThrow(
        new RegExp(`Orchestrator '${recorded.name}'.*: it scheduled .* then, and .*'planted' now`),
      );
  });

  it('is another result of the same steps', async () => {
    const { name, recorded } = getHistory('run-batch.published');
    const runBatch = orchestrators.get(recorded.name) as OrchestrationHandler;
    const changed: OrchestrationHandler = function* (context) {
      const run = (yield* runBatch(context)) as object;
      return { ...run, outcome: 'failed' };
    };
    await expect(expectSameEnd(changed, name, recorded)).rejects.toThrow(`History '${name}' comes to another result`);
  });

  it('is an orchestrator that is gone', async () => {
    const { recorded } = getHistory('run-batch.published');
    await expect(expectSameEnd(undefined, 'run', recorded)).rejects.toThrow("'run' is of orchestrator 'runBatch'");
  });
});

describe('a committed history', () => {
  it.for(releases)('of %s names no folder and no port of the machine that recorded it', (release) => {
    const folder = path.join(import.meta.dirname, release);
    const names = readdirSync(folder).flatMap((file) =>
      listMachineNames(readFileSync(path.join(folder, file), 'utf8')).map((name) => `${file}: ${name}`),
    );
    expect(names).toEqual([]);
  });
});
