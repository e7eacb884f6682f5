import { get } from '../api.js';
import { h, show, table, when } from '../dom.js';

/** Who did what, when and why. */
export async function showActs() {
  const { acts } = await get('acts', { limit: 20 });
  show('acts-body', acts, drawActs);
}

const drawActs = (acts) =>
  table(
    'The newest acts.',
    [
      ['When', ({ at }) => when(at)],
      ['Who', ({ who }) => who],
      ['Did', ({ did }) => did],
      ['To', ({ target }) => h('code', {}, target)],
      ['Why', ({ why }) => why],
    ],
    acts,
    'Nobody has had to do anything yet.',
  );
