import { describe, expect, it } from 'vitest';
import { publishWhenAllowed } from '../../orchestrations/publish-when-allowed.ts';
import { play } from '../support/play.ts';
import { batch } from '../support/samples.ts';

const verdict = { outcome: 'passed', rules: 1, evaluated: 1, fingerprint: 'f' };
const passed = { batch, versions: { 'gold.a': 1 }, verdict, retainedTables: [] };
const published = { kind: 'published', release: 'r-1' };

describe('publishWhenAllowed', () => {
  it('publishes at once where nothing is in the way', () => {
    const { calls, output } = play(publishWhenAllowed, passed, { publishRelease: () => published });
    expect(calls).toEqual(['publishRelease']);
    expect(output).toEqual(published);
  });

  it('waits while the pipeline is paused and while another publication is on its way', () => {
    const answers = [{ kind: 'paused', reason: 'Paused.' }, { kind: 'busy', holder: 'r-0' }, published];
    const { calls, output } = play(publishWhenAllowed, passed, { publishRelease: () => answers.shift() });
    expect(calls.join(' ')).toBe('publishRelease timer publishRelease timer publishRelease');
    expect(output).toEqual(published);
  });

  it.for(['rejected', 'blocked'])('gives up what is %s', (kind) => {
    const result = { kind, reason: 'No right.' };
    expect(play(publishWhenAllowed, passed, { publishRelease: () => result }).output).toEqual(result);
  });

  it('goes on with a fresh history when it waits for long', () => {
    const publishRelease = () => ({ kind: 'paused', reason: 'Paused.' });
    expect(play(publishWhenAllowed, passed, { publishRelease }).continued).toEqual(passed);
  });
});
