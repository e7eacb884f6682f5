import type { TableClient, TransactionAction } from '@azure/data-tables';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createState } from '../../../cloud/table-storage/index.ts';
import { createStrictTable } from '../../../emulators/table-storage/strict-table.ts';
import type { RegisteredFile } from '../../../medallion/files/file.ts';
import type { StatePorts } from '../../../medallion/ports/index.ts';
import { toManifestLine, toPlannedFile } from '../../../medallion/reprocessing/plan.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { registerNew } from '../../support/register-files.ts';
import { batch, publishedRun } from '../../support/samples.ts';

/** A body of the API has no more bytes, and what services say is cut where it comes in. */
const maxBytes = 65_536;
/** A column of the service takes 32,768 characters. */
const maxLength = 30_000;
const at = '2026-01-01T00:00:00.000Z';

/** A table that tells of each text that is written to it. */
function createWatchedTable(onText: (text: string) => void): TableClient {
  const { client } = createStrictTable();
  const watch = (row: object) => {
    for (const value of Object.values(row)) if (typeof value === 'string') onText(value);
  };
  const watched = {
    createEntity: (row: object) => {
      watch(row);
      return client.createEntity(row as never);
    },
    upsertEntity: (row: object, mode: 'Merge') => {
      watch(row);
      return client.upsertEntity(row as never, mode);
    },
    submitTransaction: (actions: TransactionAction[]) => {
      for (const [, row] of actions) watch(row);
      return client.submitTransaction(actions);
    },
  };
  return Object.assign(Object.create(client) as TableClient, watched);
}

/** Every write that takes a text which somebody else has written, of any length. */
const writes: Readonly<Record<string, (state: StatePorts, text: string, file: RegisteredFile) => Promise<unknown>>> = {
  'the reason of a file': (state, reason, file) =>
    state.files.finalize([toLine(file)], new Map(), { status: 'failed', reason }),
  'what a job says of a file': (state, reason, file) => {
    const counts = { lines: 1, blank: 0, accepted: 0, quarantinedLines: 1 };
    const account = { file: file.file, outcome: 'quarantined', reason, ...counts } as const;
    return state.files.finalize([toLine(file)], new Map([[file.file, account]]), { status: 'published' });
  },
  'why nobody looks at lines': (state, reason, file) => state.files.dismissQuarantine(file, reason),
  'the reason of a run': (state, reason) => state.runs.save({ ...publishedRun, outcome: 'failed', reason }),
  'an entry of the audit log': (state, reason) =>
    state.auditLog.record({ entry: 'e', at, actor: 'ann', action: 'pause', target: 'pipeline', reason }),
  'the state of the pipeline': (state, reason) =>
    state.pipelineControl.setState({ state: 'paused', actor: 'ann', reason, at }),
  'a cancellation': (state, reason) => state.pipelineControl.requestCancellation(batch, reason),
  'an execution': (state, reason) =>
    state.plans.queue({ plan: `p-${batch}`, planHash: 'h', state: 'queued', actor: 'ann', reason, at }),
  'a stream': (state, reason) =>
    state.streams.save({
      layer: 'gold',
      stream: batch,
      state: 'halted',
      attempt: 1,
      failures: 1,
      since: at,
      jobRuns: [],
      reason,
    }),
  'a response': (state, text) =>
    state.idempotencyKeys.storeResponse({ id: 'i', content: 'c', at }, { status: 200, text }),
};

const toLine = (file: RegisteredFile) => toManifestLine(batch, toPlannedFile(file));

it.for(Object.entries(writes))('%s fits into its columns, however long it is', async ([, write]) => {
  const letters = fc.constantFrom('x', 'ü', '"', '😀');
  await fc.assert(
    fc.asyncProperty(fc.nat(maxBytes), letters, async (bytes, letter) => {
      const text = letter.repeat(Math.floor(bytes / Buffer.byteLength(letter)));
      let max = 0;
      const table = createWatchedTable((written) => {
        max = Math.max(max, written.length);
      });
      const state = createState(async () => table, [{ dataset: 'bpm' }]);
      const file = await registerNew(state, getProperties(aFile('bpm/a')));
      await write(state, text, file);
      expect(max).toBeGreaterThan(0);
      expect(max).toBeLessThanOrEqual(maxLength);
    }),
    {
      numRuns: 20,
      examples: [
        [maxBytes, 'x'],
        [maxBytes, 'ü'],
      ],
    },
  );
});
