import { describe, expect, it } from 'vitest';
import { publishPassed } from '../../../operations/releases/publish-passed.ts';
import { aFile } from '../../support/a-file.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';
import { storeFile } from '../../support/store-file.ts';

const tables = [createTableContract('gold.a'), createTableContract('gold.b'), createTableContract('silver.users')];
const passed = {
  batch,
  versions: { 'gold.a': 1, 'gold.b': 2, 'silver.users': 3 },
  verdict: { outcome: 'passed' as const, rules: 0, evaluated: 0, fingerprint: 'f' },
  retainedTables: [],
};
const listChanges = (statements: readonly string[]) =>
  statements.filter((statement) => !statement.startsWith('SELECT'));
const now = new Date('2026-01-01T00:05:00Z');

describe('publishPassed', () => {
  it('shows readers the rounds of gold that were judged, under the name of the batch', async () => {
    const ports = createFakePorts({ tables });
    expect(await publishPassed(ports, passed, now)).toEqual({ kind: 'published', release: `r-${batch}` });
    expect((await ports.releases.get())?.state.rounds).toEqual({ 'gold.a': 1, 'gold.b': 2 });
  });

  it('leaves retained tables as readers see them', async () => {
    const ports = createFakePorts({ tables });
    await publishPassed(ports, { ...passed, retainedTables: ['gold.b'] }, now);
    expect((await ports.releases.get())?.state.rounds).toEqual({ 'gold.a': 1 });
  });

  it('makes no release where rules block every table that has moved', async () => {
    const ports = createFakePorts({ tables });
    await publishPassed(ports, passed, now);
    ports.statements.length = 0;
    const next = { ...passed, batch: '20260102-000000-bbbbbbbb', versions: { ...passed.versions, 'gold.b': 3 } };
    expect(await publishPassed(ports, { ...next, retainedTables: ['gold.b'] }, now)).toEqual({ kind: 'retained' });
    expect(ports.statements).toEqual([]);
    const nothing = { ...next, versions: passed.versions };
    expect(await publishPassed(ports, { ...nothing, retainedTables: ['gold.b'] }, now)).toEqual({ kind: 'retained' });
    // Where no rule blocks anything, a batch that moves nothing is seen by readers as it is.
    expect(await publishPassed(ports, nothing, now)).toMatchObject({ kind: 'published' });
  });

  it('shows nothing while the pipeline is paused, and says who has paused it', async () => {
    const ports = createFakePorts({ tables });
    await ports.pipelineControl.setState({
      state: 'paused',
      actor: 'an operator',
      reason: 'A check.',
      at: now.toISOString(),
    });
    expect(await publishPassed(ports, passed, now)).toEqual({
      kind: 'paused',
      reason: 'Paused by an operator: A check.',
    });
    expect(listChanges(ports.statements)).toEqual([]);
  });

  it('goes on while the pipeline is paused by somebody who lets runs end', async () => {
    const ports = createFakePorts({ tables });
    const pause = {
      state: 'paused',
      actor: 'a deployment',
      reason: 'r',
      at: now.toISOString(),
      mayPublish: true,
    } as const;
    await ports.pipelineControl.setState(pause);
    expect(await publishPassed(ports, passed, now)).toMatchObject({ kind: 'published' });
  });

  it('ends what it had begun when it is called again, whatever a person has decided meanwhile', async () => {
    const ports = createFakePorts({ tables });
    await publishPassed(ports, passed, now);
    await ports.pipelineControl.requestCancellation(batch, 'The wrong file.');
    expect(await publishPassed(ports, passed, now)).toEqual({ kind: 'published', release: `r-${batch}` });
  });

  it('shows nothing while rows of an excluded file wait for their removal', async () => {
    const ports = createFakePorts({ tables });
    const file = aFile('users/a');
    await storeFile(ports, file);
    await ports.files.exclude(file, 'Wrong.');
    expect(await publishPassed(ports, passed, now)).toMatchObject({
      kind: 'blocked',
      reason: expect.stringContaining("'users/a'"),
    });
    expect(listChanges(ports.statements)).toEqual([]);
  });

  it('shows nothing of a run that was cancelled meanwhile', async () => {
    const ports = createFakePorts({ tables });
    await ports.pipelineControl.requestCancellation(batch, 'The wrong file.');
    expect(await publishPassed(ports, passed, now)).toMatchObject({ kind: 'rejected' });
    expect(listChanges(ports.statements)).toEqual([]);
  });
});
