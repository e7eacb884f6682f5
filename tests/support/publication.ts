import type { Publication } from '../../medallion/releases/release.ts';
import type { FakePorts } from './fake-ports.ts';
import { batch } from './samples.ts';

/** Begins a publication that somebody is at work at until then. Answers with what ends it. */
export async function beginPublication({ releases }: FakePorts, until: Date): Promise<() => Promise<void>> {
  const { etag, state } = (await releases.get()) ?? { etag: undefined, state: { number: 0, rounds: {} } };
  const named = { release: 'r-3', publishedAs: 'r-3', batch, verdicts: '' };
  const publishing: Publication = { ...named, number: state.number + 1, from: {}, to: {}, until: until.toISOString() };
  const begun = await releases.replace(etag, { ...state, publishing });
  return async () => void (await releases.replace(begun, { ...state, number: publishing.number }));
}
