import { get } from '../api.js';
import { h, show, table, when } from '../dom.js';

/** Who decided what, when and why. */
export async function showAuditLog() {
  const { entries } = await get('audit-log', { limit: 20 });
  show('audit-log-body', entries, drawEntries);
}

const drawEntries = (entries) =>
  table(
    'The newest entries.',
    [
      ['When', ({ at }) => when(at)],
      ['Actor', ({ actor }) => actor],
      ['Action', ({ action }) => action],
      ['Target', ({ target }) => h('code', {}, target)],
      ['Reason', ({ reason }) => reason],
    ],
    entries,
    'No action has been taken yet.',
  );
