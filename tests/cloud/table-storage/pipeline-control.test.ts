import { expect, it } from 'vitest';
import { createPipelineControl } from '../../../cloud/table-storage/pipeline-control.ts';
import type { PipelineState } from '../../../medallion/runs/pipeline-state.ts';
import { batch } from '../../support/samples.ts';
import { describeOnTables } from '../../support/table-services.ts';

const paused: PipelineState = { state: 'paused', actor: 'ann', reason: 'So.', at: '2026-01-01T00:00:00.000Z' };

describeOnTables('pipeline control', (openTable) => {
  it('knows the state that was set last', async () => {
    const control = createPipelineControl(openTable());
    expect(await control.getState()).toBeUndefined();
    await control.setState(paused);
    expect(await control.getState()).toEqual(paused);
    await control.setState({ ...paused, state: 'running' });
    expect(await control.getState()).toMatchObject({ state: 'running' });
  });

  it('changes as it is now, and not as somebody saw it before', async () => {
    const control = createPipelineControl(openTable());
    expect(await control.updateState(() => undefined)).toBeUndefined();
    const add = (name: string) =>
      control.updateState((state) => ({ ...paused, reason: `${state?.reason ?? ''}${name}` }));
    await Promise.all(['a', 'b', 'c', 'd'].map(add));
    expect([...((await control.getState())?.reason ?? '')].sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('knows which runs are to end, and why', async () => {
    const control = createPipelineControl(openTable());
    expect(await control.findCancellation(batch)).toBeUndefined();
    await control.requestCancellation(batch, 'Wrong file.');
    await control.requestCancellation(batch, 'Wrong file, I said.');
    expect(await control.findCancellation(batch)).toBe('Wrong file, I said.');
  });

  it('remembers which batch is being formed, until it is formed', async () => {
    const control = createPipelineControl(openTable());
    expect(await control.findForming()).toBeUndefined();
    await control.startForming(batch);
    expect(await control.findForming()).toBe(batch);
    await control.endForming();
    expect(await control.findForming()).toBeUndefined();
  });
});
